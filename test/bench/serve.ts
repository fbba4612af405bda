import { finalModelFolder, openServedModel } from '../../lib/app/inference/load-served-model';
import { elementAt } from '../../lib/base/index';
import { decodePhoto } from '../../lib/image/index';
import type { Predictor } from '../../lib/models/index';
import { startServe } from '../app/support/serve-process';
import { nonNull } from '../support/non-null';
import { flagValue } from './support/flag-value';
import { examplePhotos, type Level, load, median, rssMiB } from './support/load-server';

/** Requests at each number of clients; all on this machine's loopback. */
const LEVELS: [clients: number, requests: number][] = [
  [1, 36],
  [8, 144],
  [32, 288],
];
const ROUNDS = 3;
const BATCH = 4;
const LONG_REQUESTS = 5000;

/**
 * The demo app under load: requests/s and latency at 1, 8 and 32 clients, against the engine's bare speed (the same
 * classifier on decoded photos in batches of four, in this process, before and after each measurement while the server
 * idles). `shareOfBareSpeed` is the median over the rounds of requests/s at 32 clients / the bare speed beside it.
 *
 * Flags: `--short` sends a third of the requests; `--long` adds 5,000 requests and the server's memory along them; `--model DIR` serves another model.
 */
export default async function benchServe(flags: string[]): Promise<Record<string, unknown>> {
  const short = flags.includes('--short');
  const model = flagValue(flags, '--model') ?? finalModelFolder();
  const photos = await examplePhotos();
  const { classifier, engine, source } = await openServedModel(model, () => undefined);
  const bareSpeed = await bareBatches(classifier, photos);
  const server = await startServe(['--model', model]);
  try {
    const bare: number[] = [];
    const shares: number[] = [];
    const rounds = new Map<number, Level[]>(LEVELS.map(([clients]) => [clients, []]));
    await load(server.url, photos, 8, 32); // warm
    for (let round = 0; round < ROUNDS; round++) {
      for (const [clients, count] of LEVELS) {
        // Around each measurement the bare engine's: whatever else the machine does hits both alike.
        const before = await bareSpeed();
        const level = await load(server.url, photos, clients, short ? count / 3 : count);
        const beside = (before + (await bareSpeed())) / 2;
        bare.push(beside);
        nonNull(rounds.get(clients)).push(level);
        if (clients === LEVELS.at(-1)?.[0]) shares.push(level.requestsPerSecond / beside);
        const [speed, engineSpeed] = [level.requestsPerSecond, beside].map((x) => x.toFixed(1));
        console.error(
          `round ${round + 1}, ${clients} clients: ${speed} requests/s; bare engine: ${engineSpeed} photos/s`,
        );
      }
    }
    const levels = Object.fromEntries(
      [...rounds].map(([clients, results]) => [clients, medianLevel(results)]),
    );
    const memory = flags.includes('--long')
      ? await longRun(server.url, nonNull(server.child.pid), photos)
      : undefined;
    return {
      engine,
      model: source,
      photos: photos.length,
      barePhotosPerSecond: median(bare),
      clients: levels,
      shareOfBareSpeed: median(shares),
      rssMiB: rssMiB(nonNull(server.child.pid)),
      ...(memory && { memory }),
    };
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
    classifier.dispose();
  }
}

async function bareBatches(classifier: Predictor, photos: Buffer[]): Promise<() => Promise<number>> {
  const images = await Promise.all(
    Array.from({ length: BATCH }, (_, i) =>
      decodePhoto(elementAt(photos, i % photos.length), classifier.input),
    ),
  );
  for (let run = 0; run < 5; run++) await classifier.classify(images);
  return async () => {
    const runs = 4;
    const started = performance.now();
    for (let run = 0; run < runs; run++) await classifier.classify(images);
    return (1000 * runs * BATCH) / (performance.now() - started);
  };
}

/** The server's memory along 5,000 requests of 16 clients, MiB at every 500. */
async function longRun(url: string, pid: number, photos: Buffer[]): Promise<Record<string, unknown>> {
  const samples = [rssMiB(pid)];
  let errors = 0;
  for (let done = 0; done < LONG_REQUESTS; done += 500) {
    errors += (await load(url, photos, 16, 500)).errors;
    samples.push(rssMiB(pid));
    console.error(`${done + 500} requests: ${samples.at(-1)} MiB`);
  }
  return { requests: LONG_REQUESTS, errors, rssMiB: samples };
}

const medianLevel = (levels: Level[]): Level => ({
  requestsPerSecond: median(levels.map(({ requestsPerSecond }) => requestsPerSecond)),
  p50Ms: median(levels.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(levels.map(({ p99Ms }) => p99Ms)),
  errors: levels.reduce((sum, { errors }) => sum + errors, 0),
});
