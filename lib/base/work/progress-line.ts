/**
 * A line on stderr that each call writes over in a terminal; elsewhere a line now and then.
 *
 * @example const show = progressLine(); show(`${done} of ${total}`, done === total);
 */
export function progressLine(): (text: string, last?: boolean) => void {
  let shownAt = Date.now();
  return (text, last = false) => {
    const now = Date.now();
    if (!last && now - shownAt < (process.stderr.isTTY ? 100 : 5000)) return;
    shownAt = now;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${text}${last ? '\n' : ''}` : `${text}\n`);
  };
}
