import type { RunEvent } from './run-notebook';

/** Tells a person, or a log, how a run goes. */
export interface Terminal {
  /** A line that stays. */
  line(text: string): void;
  /** What happens in a notebook. */
  event(name: string, event: RunEvent): void;
  /** Takes away the line that overwrites itself. */
  end(): void;
}

/** Without a terminal a running cell is mentioned this often, so that a log is not silent. */
const LOG_PAUSE_MS = 15_000;

/**
 * Progress on a stream: on a terminal one line overwrites itself, in a log there are plain lines only.
 *
 * @example const terminal = createTerminal(process.stdout); terminal.line('3 notebooks');
 */
export function createTerminal(stream: NodeJS.WriteStream): Terminal {
  const live = stream.isTTY === true;
  let shown = false;
  let logged = Date.now();
  const clear = () => {
    if (shown) stream.write('\r\u001b[K');
    shown = false;
  };
  const line = (text: string) => {
    clear();
    stream.write(`${text}\n`);
    logged = Date.now();
  };
  const overwrite = (text: string) => {
    clear();
    stream.write(text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
    shown = true;
  };
  return {
    line,
    event(name, event) {
      if (event.type === 'kernel') return;
      const width = String(event.cells).length;
      const where = `${name}  cell ${String(event.cell).padStart(width)} of ${event.cells}`;
      if (event.type === 'cell') {
        if (live) overwrite(`${where}  ${event.title}`);
      } else if (event.type === 'progress') {
        if (live) overwrite(`${where}  ${event.text}`);
        else if (Date.now() - logged > LOG_PAUSE_MS) line(`${where}  ${event.text}`);
      } else {
        line(`${where}  ${event.seconds.toFixed(1).padStart(6)} s${event.ok ? '' : '  FAILED'}`);
      }
    },
    end: clear,
  };
}
