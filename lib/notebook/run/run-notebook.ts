import { performance } from 'node:perf_hooks';
import { stripVTControlCharacters } from 'node:util';
import { PROGRESS_MIME } from '../../figures/index';
import { type ExecuteReply, type Kernel, KernelDiedError, startKernel } from '../kernel/kernel';
import { type CodeCell, type Notebook, type Output, readNotebook, writeNotebook } from '../notebook-file';
import { createOutputCollector } from './collect-outputs';
import { checkParameters, injectParameters, listParameters, type ParameterValue } from './parameters';

/** Why a run stopped before its end. */
export interface RunFailure {
  kind: 'error' | 'kernel died' | 'cell timeout' | 'stopped';
  /** Position of the cell in the notebook as run, from 0; -1 when the kernel did not start. */
  cell: number;
  ename: string;
  evalue: string;
  /** Source with the line, error and stack; may hold ANSI colours. */
  traceback: string[];
  /** What a person reads in the terminal: notebook, cell number, source with the line, error and stack. */
  message: string;
}

/** What a run came to; the notebook is complete up to the failing cell. */
export interface RunResult {
  notebook: Notebook;
  failure: RunFailure | null;
  seconds: number;
  peakMemoryBytes: number;
  parameters: Record<string, ParameterValue>;
}

/** What happens while a notebook runs. `cell` counts from 1, over `cells` code cells. */
export type RunEvent =
  | { type: 'kernel'; seconds: number }
  | { type: 'cell'; cell: number; cells: number; title: string }
  | { type: 'progress'; cell: number; cells: number; text: string }
  | { type: 'cell done'; cell: number; cells: number; seconds: number; ok: boolean };

/** Options of {@link runNotebook}. */
export interface RunOptions {
  /** Where the executed notebook goes; it is written after every cell that took a while, and at the end. */
  output: string;
  /** Values for the cell tagged `parameters`. */
  parameters?: Record<string, unknown>;
  /** A cell may take so long; no limit by default. */
  cellTimeoutMs?: number;
  /** Stops the run; its `reason` (an Error) says why. */
  signal?: AbortSignal;
  onEvent?: (event: RunEvent) => void;
  /** The notebook's name in messages (default: its path). */
  shown?: string;
  /** Flags for the kernel's Node.js. */
  nodeOptions?: string[];
}

/** Rejections that nothing awaits may come shortly after the last cell. */
const SETTLE_MS = 200;

const stripAnsi = stripVTControlCharacters;

/** A short name for a cell: its first line of code that is no import and no comment. */
function cellTitle(source: string): string {
  const lines = source.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => line !== '' && !/^(import|\/\/|\/\*|\*)/.test(line));
  return (telling ?? lines[0] ?? '').slice(0, 60);
}

/** The line by which a cell shows how far it is: what lib/figures says, or the last line that it prints. */
function progressText(output: Output): string | null {
  if (output.output_type === 'stream') {
    const lines = stripAnsi(output.text).split(/[\r\n]+/);
    return lines.filter((line) => line.trim() !== '').at(-1) ?? null;
  }
  if (output.output_type !== 'display_data') return null;
  return (output.data[PROGRESS_MIME] as { text?: string } | undefined)?.text ?? null;
}

/** The cell's source with line numbers, for errors that have no line of their own; at most 12 lines. */
function numberedSource(source: string): string[] {
  const lines = source.split('\n');
  const shown = lines.slice(0, 12).map((line, index) => `  ${String(index + 1).padStart(4)} | ${line}`);
  return lines.length > 12 ? [...shown, `       | ... ${lines.length - 12} more lines`] : shown;
}

function createFailure(
  path: string,
  cell: { index: number; count: number; source: string; execution: number },
  problem: Omit<RunFailure, 'message' | 'cell'>,
): RunFailure {
  const where =
    cell.index < 0 ? path : `${path}, cell ${cell.index + 1} of ${cell.count} (In[${cell.execution}])`;
  const message = [
    `${where}: ${problem.ename}: ${problem.evalue.split('\n')[0]}`,
    '',
    ...problem.traceback.flatMap((block) => block.split('\n')).map((line) => `  ${line}`),
  ].join('\n');
  return { ...problem, cell: cell.index, message };
}

/**
 * Runs a notebook from top to bottom in a kernel of its own, without Jupyter and without Python. A failing cell
 * ends the run; the notebook is written all the same, with what the cells before it showed and the error in it.
 *
 * @param path the .ipynb file
 * @throws Error when the notebook cannot be read or a parameter is unknown or ill-typed; what fails in a cell,
 *   a kernel that dies, a timeout and an abort are told in the result's `failure` instead
 *
 * @example
 * const { failure } = await runNotebook('notebooks/01-eda.ipynb', { output: 'data/runs/default/01-eda.ipynb' });
 * if (failure) console.error(failure.message);
 */
export async function runNotebook(path: string, options: RunOptions): Promise<RunResult> {
  const source = readNotebook(path);
  const given = Object.entries(options.parameters ?? {}).map(
    ([name, value]) => [name, { value, text: false }] as const,
  );
  const parameters = checkParameters(path, listParameters(source), new Map(given));
  const notebook = injectParameters(source, parameters);
  const codeCells: CodeCell[] = [];
  for (const cell of notebook.cells) {
    if (cell.cell_type !== 'code') continue;
    cell.outputs = [];
    cell.execution_count = null;
    cell.metadata = { ...cell.metadata, dogbreeds: { status: 'not run' } };
    if (cell.source.trim() !== '') codeCells.push(cell);
  }
  const onEvent = options.onEvent ?? (() => {});
  const started = performance.now();
  const secondsSince = (since: number) => (performance.now() - since) / 1000;

  let running = 0;
  let strayError: (Output & { output_type: 'error' }) | null = null;
  /** A cell that is there to show an error: the run goes on after it, and its output is no failure. */
  const mayFail = (cell: CodeCell | undefined) => cell?.metadata.tags?.includes('raises-exception') === true;
  const collector = createOutputCollector((cell, output) => {
    if (output.output_type === 'error' && !mayFail(cell)) strayError = output;
    const text = progressText(output);
    if (text && cell === codeCells[running])
      onEvent({ type: 'progress', cell: running + 1, cells: codeCells.length, text });
  });
  const finish = async (failure: RunFailure | null, kernel: Kernel | null): Promise<RunResult> => {
    await writeNotebook(options.output, notebook);
    const peakMemoryBytes = kernel?.peakMemoryBytes() ?? 0;
    return { notebook, failure, seconds: secondsSince(started), peakMemoryBytes, parameters };
  };
  const fail = (
    kind: RunFailure['kind'],
    index: number,
    error: Pick<ExecuteReply, 'ename' | 'evalue' | 'traceback'>,
  ) => {
    const cell = codeCells[index];
    const at = { index: cell ? notebook.cells.indexOf(cell) : -1, count: notebook.cells.length };
    const { ename = 'Error', evalue = '', traceback = [] } = error;
    const context = { ...at, source: cell?.source ?? '', execution: index + 1 };
    return createFailure(options.shown ?? path, context, { kind, ename, evalue, traceback });
  };
  /** An ending that the kernel could not tell us: it is put into the cell as if it had. */
  const failOutside = (kind: RunFailure['kind'], index: number, ename: string, evalue: string) => {
    const cell = codeCells[index];
    const traceback = [
      ...(cell ? [`In[${index + 1}]:`, ...numberedSource(cell.source), ''] : []),
      `${ename}: ${evalue}`,
    ];
    if (cell) {
      cell.outputs.push({ output_type: 'error', ename, evalue, traceback });
      cell.metadata.dogbreeds = { ...cell.metadata.dogbreeds, status: 'error' };
    }
    return fail(kind, index, { ename, evalue, traceback });
  };
  const stopReason = () =>
    options.signal?.reason instanceof Error ? options.signal.reason : new Error('the run was stopped');

  if (options.signal?.aborted) {
    const { name, message } = stopReason();
    return finish(failOutside('stopped', -1, name, message), null);
  }
  let kernel: Kernel;
  try {
    kernel = await startKernel({ onMessage: collector.receive, nodeOptions: options.nodeOptions });
  } catch (error) {
    const { name, message } = error as Error;
    return finish(failOutside('kernel died', -1, name, message), null);
  }
  onEvent({ type: 'kernel', seconds: secondsSince(started) });

  let stopped: (() => void) | undefined;
  const aborted = new Promise<'stopped'>((resolve) => {
    stopped = () => resolve('stopped');
    options.signal?.addEventListener('abort', stopped, { once: true });
    if (options.signal?.aborted) resolve('stopped');
  });
  let failure: RunFailure | null = null;
  try {
    for (; running < codeCells.length && !failure; running++) {
      const cell = codeCells[running];
      if (!cell) break;
      const count = { cell: running + 1, cells: codeCells.length };
      onEvent({ type: 'cell', ...count, title: cellTitle(cell.source) });
      const cellStarted = performance.now();
      const { id, done } = kernel.execute(cell.source);
      collector.begin(id, cell);
      cell.execution_count = running + 1;
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<'timeout'>((resolve) => {
        if (options.cellTimeoutMs) timer = setTimeout(resolve, options.cellTimeoutMs, 'timeout');
      });
      const ended = await Promise.race([done, timeout, aborted]).catch((error: Error) => error);
      clearTimeout(timer);
      const seconds = secondsSince(cellStarted);
      if (ended === 'timeout' || ended === 'stopped') done.catch(() => {});
      const ok = typeof ended === 'object' && 'status' in ended && ended.status === 'ok';
      cell.metadata.dogbreeds = { seconds: Math.round(seconds * 1000) / 1000, status: ok ? 'ok' : 'error' };
      if (ended === 'timeout') {
        const limit = `the cell did not end within ${(options.cellTimeoutMs ?? 0) / 1000} s (--cell-timeout)`;
        failure = failOutside('cell timeout', running, 'CellTimeout', limit);
      } else if (ended === 'stopped') {
        failure = failOutside('stopped', running, stopReason().name, stopReason().message);
      } else if (ended instanceof KernelDiedError) {
        failure = failOutside('kernel died', running, 'KernelDied', ended.message);
      } else if (ended instanceof Error) throw ended;
      else if (ended.status !== 'ok' && !mayFail(cell)) failure = fail('error', running, ended);
      else if (strayError) failure = fail('error', running, strayError);
      onEvent({ type: 'cell done', ...count, seconds, ok: ok && !failure });
      if (seconds > 5) await writeNotebook(options.output, notebook);
    }
    if (!failure && codeCells.length > 0) {
      await new Promise((resolve) => setTimeout(resolve, SETTLE_MS));
      const last = codeCells.length - 1;
      if (strayError) {
        const cell = codeCells[last];
        if (cell) cell.metadata.dogbreeds = { ...cell.metadata.dogbreeds, status: 'error' };
        failure = fail('error', last, strayError);
      }
    }
  } finally {
    if (stopped) options.signal?.removeEventListener('abort', stopped);
    if (failure) kernel.kill();
    await kernel.shutdown();
  }
  return finish(failure, kernel);
}
