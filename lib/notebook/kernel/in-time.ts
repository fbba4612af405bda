/** Less than a client waits: `jupyter console` fails after 5 s without an answer, JupyterLab looks no more after one. */
const COMPLETION_MS = 4000;

/** What was found, or nothing where that takes longer than clients wait (the first time, on a busy machine). */
export async function inTime<T>(found: Promise<T>, none: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<T>((resolve) => {
    timer = setTimeout(resolve, COMPLETION_MS, none);
  });
  return Promise.race([found, late]).finally(() => clearTimeout(timer));
}
