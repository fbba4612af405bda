import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { elementAt, fromRoot } from '../../lib/base/index';
import { PRESENTATION_BREEDS } from '../../lib/dataset/index';
import { accuracy, tInterval } from '../../lib/evaluation/index';
import {
  type FeatureSplit,
  fitRandomForest,
  loadShippedFeatures,
  splitFeatures,
} from '../../lib/training/index';
import { flagValue } from './support/flag-value';

interface Fitted {
  /** Of the fit alone. */
  seconds: number;
  cpuSeconds: number;
  /** Test accuracy, 0..1. */
  accuracy: number;
}

/**
 * The random forest of 100 trees beside scikit-learn's, one thread each, on the shipped features of the presentation's 20
 * breeds: fits take turns, the same split and seed for both in each round. PYTHON=path names a Python with scikit-learn;
 * without it only ours is timed. Flags: `--rounds 5`.
 */
export default async function forest(flags: string[]): Promise<Record<string, unknown>> {
  const rounds = Number(flagValue(flags, '--rounds') ?? 5);
  const table = await loadShippedFeatures();
  const folder = mkdtempSync(join(tmpdir(), 'bench-forest-'));
  const ours: Fitted[] = [];
  const theirs: Fitted[] = [];
  try {
    await fitOurs(splitFeatures(table, { protocol: 'random', breeds: PRESENTATION_BREEDS, seed: 99 }), 99); // warms up
    for (let seed = 0; seed < rounds; seed += 1) {
      const split = splitFeatures(table, { protocol: 'random', breeds: PRESENTATION_BREEDS, seed });
      ours.push(await fitOurs(split, seed));
      if (process.env.PYTHON) theirs.push(await fitTheirs(process.env.PYTHON, split, seed, folder));
      console.error(JSON.stringify({ ours: ours.at(-1), scikitLearn: theirs.at(-1) ?? null }));
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const times = ours.map((fit, i) => fit.seconds / (theirs[i]?.seconds ?? Number.NaN));
  const timesCpu = ours.map((fit, i) => fit.cpuSeconds / (theirs[i]?.cpuSeconds ?? Number.NaN));
  return {
    features: table.source,
    ...{ rounds, ours: summary(ours) },
    ...(theirs.length > 0 && {
      scikitLearn: summary(theirs),
      timesItsSeconds: median(times),
      timesItsCpuSeconds: median(timesCpu),
      accuracyDifference: tInterval(ours.map((fit, i) => fit.accuracy - elementAt(theirs, i).accuracy)),
    }),
  };
}

async function fitOurs({ train, test, breeds }: FeatureSplit, seed: number): Promise<Fitted> {
  const before = process.cpuUsage();
  const model = fitRandomForest(train.features, train.labels, { classes: breeds.length, seed });
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: model.seconds,
    cpuSeconds: (user + system) / 1e6,
    accuracy: accuracy(test.labels, await model.predict(test.features)),
  };
}

async function fitTheirs(
  python: string,
  { train, test, size }: FeatureSplit,
  seed: number,
  folder: string,
): Promise<Fitted> {
  for (const [name, part] of Object.entries({ train, test })) {
    writeFileSync(join(folder, `${name}.f32`), part.features);
    writeFileSync(join(folder, `${name}.i32`), Int32Array.from(part.labels));
  }
  const script = fromRoot('test', 'bench', 'support', 'forest-peer.py');
  const { stdout } = await promisify(execFile)(python, [script, folder, String(size), String(seed)]);
  return JSON.parse(stdout) as Fitted;
}

const summary = (fits: readonly Fitted[]) => ({
  seconds: median(fits.map(({ seconds }) => seconds)),
  cpuSeconds: median(fits.map(({ cpuSeconds }) => cpuSeconds)),
  accuracy: fits.length > 1 ? tInterval(fits.map((fit) => fit.accuracy)) : fits[0]?.accuracy,
});

const median = (values: number[]): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
