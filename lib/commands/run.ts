import { existsSync } from 'node:fs';
import { basename, join, relative, resolve } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Command } from 'commander';
import { fromRoot, progressLine, writeFileAtomic } from '../base/index';
import { checkEnoughPhotos, countPhotos, openDataset } from '../dataset/index';
import {
  createReportWriter,
  createTerminal,
  formatAnnotations,
  formatJunit,
  formatRunJson,
  formatSeconds,
  type GivenParameters,
  listNotebooks,
  movedAnswers,
  type NotebookOutcome,
  planRun,
  readNotebook,
  readParameterFile,
  runAll,
  runSlug,
} from '../notebook/index';

/** Options of `dogbreeds run`, as the command line gives them. */
export interface RunCommandOptions {
  dataset?: string;
  /** ResNet50 instead of the best network. */
  fast?: boolean;
  /** `name value` pairs one after the other, or `name=value`. */
  parameters?: string[];
  parametersFile?: string;
  force?: boolean;
  jobs?: string;
  /** Seconds for the whole run. */
  timeout?: string;
  /** Seconds for one cell. */
  cellTimeout?: string;
  standalone?: boolean;
  output?: string;
  /** File for the results in JUnit's format. */
  junit?: string;
  /** File for the results as JSON. */
  json?: string;
  /** Save the trained model where `dogbreeds serve` and `predict` find it, also with own photos. */
  serveThis?: boolean;
}

/** A number of seconds or jobs from the command line. */
function positive(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0)
    throw new Error(`--${name}: expected a number above 0, received "${text}"`);
  return value;
}

/**
 * Splits what stood behind `-p` into values by name; what is left over are notebooks (the option takes all words
 * up to the next option).
 *
 * @throws Error when a name has no value
 */
export function splitParameters(words: string[]): { values: Map<string, string>; notebooks: string[] } {
  const values = new Map<string, string>();
  const notebooks: string[] = [];
  const rest = words.values();
  for (const word of rest) {
    const [, name, value] = /^([A-Za-z_$][\w$]*)=([\s\S]*)$/.exec(word) ?? [];
    if (name !== undefined && value !== undefined) values.set(name, value);
    else if (word.endsWith('.ipynb')) notebooks.push(word);
    else {
      const next = rest.next();
      if (next.done) throw new Error(`-p: expected a name and a value, received "${word}" without a value`);
      values.set(word, next.value);
    }
  }
  return { values, notebooks };
}

/** All values given, the command line over the file, and --dataset as an absolute path. */
function gatherParameters(options: RunCommandOptions): { given: GivenParameters; notebooks: string[] } {
  const given: GivenParameters = new Map();
  if (options.parametersFile)
    for (const [name, value] of Object.entries(readParameterFile(options.parametersFile)))
      given.set(name, { value, text: false });
  const { values, notebooks } = splitParameters(options.parameters ?? []);
  for (const [name, value] of values) given.set(name, { value, text: true });
  if (options.dataset !== undefined) given.set('dataset', { value: resolve(options.dataset), text: false });
  if (options.fast) given.set('backbone', { value: 'resnet50', text: false });
  return { given, notebooks };
}

/** A folder with so many photos is not looked through before the run, which does that itself. */
const LARGE_FOLDER = 1000;

/** @throws Error when a folder of photos is too little for the notebooks, which would run for minutes before they fail */
async function checkPhotos(path: string): Promise<void> {
  if ((await countPhotos(path)) > LARGE_FOLDER) return;
  const show = progressLine();
  const dataset = await openDataset({
    path,
    onProgress: (done, total) => show(`checking: ${done} of ${total}`),
  });
  if (process.stderr.isTTY) process.stderr.write('\r\x1b[K');
  checkEnoughPhotos(dataset);
}

/** Ends the run on Ctrl-C, on a request to end, and when its time is up; once, in good order. */
function createStop(timeoutSeconds: number | undefined): {
  signal: AbortSignal;
  interrupted: () => boolean;
  clear: () => void;
} {
  const controller = new AbortController();
  let first = 0;
  const stop = (name: string, message: string) => {
    const reason = new Error(message);
    reason.name = name;
    controller.abort(reason);
  };
  const onSignal = (signal: string) => {
    // npm, the shell and our entry point may each pass the same Ctrl-C on; a second one a while later means it.
    if (first > 0 && Date.now() - first > 1000) process.exit(130);
    first ||= Date.now();
    stop('Interrupted', `the run was stopped by ${signal}`);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, onSignal);
  const timer = timeoutSeconds
    ? setTimeout(
        stop,
        timeoutSeconds * 1000,
        'RunTimeout',
        `the run did not end within ${timeoutSeconds} s (--timeout)`,
      )
    : undefined;
  return {
    signal: controller.signal,
    interrupted: () => first > 0,
    clear: () => {
      clearTimeout(timer);
      for (const signal of signals) process.off(signal, onSignal);
    },
  };
}

/**
 * `dogbreeds run`: runs notebooks in order, writes their reports and the index, and says how it went.
 *
 * @returns the process' exit code: 0, 1 after a failure, 130 after Ctrl-C
 * @throws Error when a notebook is missing or a parameter is unknown or ill-typed
 */
export async function runCommand(paths: string[], options: RunCommandOptions): Promise<number> {
  const terminal = createTerminal(process.stdout);
  const { given, notebooks } = gatherParameters(options);
  const values = Object.fromEntries([...given].map(([name, { value }]) => [name, value]));
  const optional = ['dataset', ...(options.fast ? ['backbone'] : [])];
  // A model of own photos must not take the place of the served one unasked.
  const saves = given.has('dataset') && !given.has('modelFolder');
  if (saves) {
    const own = fromRoot('data', 'runs', runSlug(values), 'model');
    given.set('modelFolder', {
      value: options.serveThis ? 'data/models/final' : relative(fromRoot(), own),
      text: false,
    });
    optional.push('modelFolder');
  }
  const plan = planRun([...paths, ...notebooks], given, optional);
  const own = plan.every(({ path }) => path === fromRoot('notebooks', basename(path)));
  const photos = own ? plan.find(({ parameters }) => parameters.dataset)?.parameters.dataset : undefined;
  if (typeof photos === 'string') await checkPhotos(photos);
  const slug = runSlug(own ? values : { ...values, notebooks: plan.map(({ path }) => path).join('-') });
  const isDefault = slug === 'default';
  const folder = fromRoot('data', 'runs', slug);
  const reports = options.output
    ? resolve(options.output)
    : isDefault
      ? fromRoot('reports')
      : join(folder, 'reports');
  const shown = (path: string) => relative(process.cwd(), path) || '.';

  const started = Date.now();
  const stop = createStop(positive('timeout', options.timeout));
  const cellTimeout = positive('cell-timeout', options.cellTimeout);
  const [only, ...others] = plan;
  const what = only && others.length === 0 ? only.shown : `${plan.length} notebooks`;
  terminal.line(
    `running ${what}${given.size > 0 ? ` with ${[...given].map(([name, { value }]) => `${name} = ${value}`).join(', ')}` : ''}`,
  );
  // The project's notebooks that this folder has seen, before or now: an earlier run stays in the index.
  const listed = own ? listNotebooks().map((path) => basename(path, '.ipynb')) : [];
  const known = listed.filter((name) => isDefault || existsSync(join(folder, `${name}.json`)));
  const set = [
    ...listed.flatMap((name) => {
      const planned = plan.find((each) => each.name === name);
      if (planned) return [planned];
      return known.includes(name)
        ? [{ name, notebook: readNotebook(fromRoot('notebooks', `${name}.ipynb`)) }]
        : [];
    }),
    ...plan.filter(({ name }) => !listed.includes(name)),
  ];
  const writer = createReportWriter({ folder: reports, state: folder, set, standalone: options.standalone });
  const unwritten: string[] = [];
  let outcomes: NotebookOutcome[];
  try {
    outcomes = await runAll(plan, {
      folder,
      force: options.force,
      jobs: positive('jobs', options.jobs),
      cellTimeoutMs: cellTimeout && cellTimeout * 1000,
      signal: stop.signal,
      onEvent: terminal.event,
      async onOutcome(outcome) {
        const { planned, status, record, message } = outcome;
        if (status === 'failed') {
          terminal.end();
          process.stderr.write(`\n${process.stderr.isTTY ? message : stripVTControlCharacters(message)}\n\n`);
        }
        try {
          await writer.write(outcome);
        } catch (error) {
          // its report is lost, its executed notebook is not, and the others go on
          unwritten.push(planned.name);
          terminal.line(`${planned.name}: its report could not be written: ${(error as Error).message}`);
        }
        const took = record && status !== 'skipped' ? ` in ${formatSeconds(record.seconds)}` : '';
        const why =
          status === 'skipped'
            ? ' (nothing changed; --force runs it)'
            : status === 'not run'
              ? ` (${message})`
              : '';
        terminal.line(`${planned.name}  ${status}${took}${why}`);
        if (record && status === 'ok')
          for (const { label, before, after } of movedAnswers(record).filter(
            (moved) => moved.beyondIntervals,
          ))
            terminal.line(`  moved beyond the intervals: ${label}: ${before} before, ${after} now`);
      },
    });
    await writer.finish(outcomes);
  } finally {
    writer.close();
    stop.clear();
    terminal.end();
  }
  const seconds = (Date.now() - started) / 1000;
  if (options.junit) await writeFileAtomic(resolve(options.junit), formatJunit(outcomes, seconds));
  if (options.json) await writeFileAtomic(resolve(options.json), formatRunJson(outcomes, seconds));
  if (process.env.GITHUB_ACTIONS === 'true' || process.env.CI === 'true')
    for (const line of formatAnnotations(outcomes)) terminal.line(line);
  const failed = outcomes.filter(({ status }) => status === 'failed' || status === 'not run');
  terminal.line(`reports: ${shown(join(reports, 'index.html'))}`);
  terminal.line(`executed notebooks: ${shown(folder)}`);
  if (saves && plan.some(({ parameters }) => 'modelFolder' in parameters))
    terminal.line(
      options.serveThis
        ? 'the model was saved as the served one (--serve-this)'
        : `the model of this run: ${given.get('modelFolder')?.value}; what is served has not changed (--serve-this changes it)`,
    );
  const took = formatSeconds(seconds);
  const faults = [
    ...failed.map(({ planned, status }) => `${planned.name} (${status})`),
    ...unwritten.map((name) => `${name} (no report)`),
  ];
  terminal.line(faults.length === 0 ? `done in ${took}` : `FAILED after ${took}: ${faults.join(', ')}`);
  if (stop.interrupted()) return 130;
  return faults.length > 0 ? 1 : 0;
}

/** Adds `dogbreeds run` to the command line. */
export function register(program: Command): void {
  program
    .command('run')
    .description('runs notebooks in order and writes their reports')
    .argument('[notebooks...]', 'names or files (default: all of notebooks/)')
    .option('--dataset <path>', 'photos: the Stanford Dogs folder, or any folder with a folder per class')
    .option('--fast', 'the final model on ResNet50 instead of the best network')
    .option('-p, --parameters <name value...>', 'a value for the cell tagged "parameters": -p seed 7')
    .option('-f, --parameters-file <file>', 'values from a YAML or JSON file')
    .option('--force', 'run what has not changed too')
    .option('--jobs <number>', 'notebooks at the same time where they do not need each other (default: 1)')
    .option('--timeout <seconds>', 'limit for the whole run')
    .option('--cell-timeout <seconds>', 'limit for each cell')
    .option('--serve-this', 'with --dataset: save the trained model as the one that is served')
    .option('--junit <file>', 'results in JUnit format, for CI')
    .option('--json <file>', 'results as JSON: status, numbers, what moved since the run before')
    .option('--standalone', 'reports as single files, with scripts and styles inside')
    .option('--output <folder>', 'folder of the reports (default: reports/, or data/runs/ with own values)')
    .action(async (notebooks, options) => {
      process.exitCode = await runCommand(notebooks, options);
    });
}
