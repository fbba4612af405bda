/**
 * What was found, or something else where that takes longer; what is late goes on and is not looked at.
 *
 * @param found rejects in time: so does this
 * @param late what stands for it
 * @param milliseconds how long is waited
 * @example await inTime(complete(code, at), [], 4000);
 */
export async function inTime<T>(found: Promise<T>, late: T, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, milliseconds, late);
  });
  return Promise.race([found, over]).finally(() => clearTimeout(timer));
}
