import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { finalModelFolder, loadServedModel } from '../../lib/app/inference/load-served-model';
import { drawExample, EXAMPLES } from '../../lib/app/photos/draw-example';
import { elementAt } from '../../lib/base/index';
import { type Classifier, decodePhoto } from '../../lib/models/index';
import { startServe } from '../app/support/serve-process';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

/** Requests at each number of clients; all on this machine's loopback. */
const LEVELS: [clients: number, requests: number][] = [
  [1, 36],
  [8, 144],
  [32, 288],
];
const ROUNDS = 3;
const BATCH = 4;
const LONG_REQUESTS = 5000;

interface Level {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

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
  const { classifier, engine, source } = await loadServedModel(model, () => undefined);
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
        rounds.get(clients)!.push(level);
        if (clients === LEVELS.at(-1)![0]) shares.push(level.requestsPerSecond / beside);
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
      ? await longRun(server.url, server.child.pid!, photos)
      : undefined;
    return {
      engine,
      model: source,
      photos: photos.length,
      barePhotosPerSecond: median(bare),
      clients: levels,
      shareOfBareSpeed: median(shares),
      rssMiB: rssMiB(server.child.pid!),
      ...(memory && { memory }),
    };
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
    classifier.dispose();
  }
}

/** Up to 16 photos: real ones where they are, else the drawn examples. */
async function examplePhotos(): Promise<Buffer[]> {
  const folder = photosFolder();
  if (!folder) return Promise.all(EXAMPLES.map(drawExample));
  const images = join(folder, 'Images');
  return readdirSync(images)
    .sort()
    .slice(0, 16)
    .map((breed) => readFileSync(join(images, breed, elementAt(readdirSync(join(images, breed)).sort(), 0))));
}

async function bareBatches(classifier: Classifier, photos: Buffer[]): Promise<() => Promise<number>> {
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

/** `count` predictions by `clients` loops, each sending its next photo when it has its answer. */
async function load(url: string, photos: Buffer[], clients: number, count: number): Promise<Level> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  let sent = 0;
  let errors = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (sent < count) {
        const photo = elementAt(photos, sent++ % photos.length);
        const before = performance.now();
        if ((await post(`${url}/api/predict`, photo, agent)) !== 200) errors++;
        latencies.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    elementAt(latencies, Math.min(latencies.length - 1, Math.floor(share * latencies.length)));
  return { requestsPerSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99), errors };
}

function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'image/jpeg' } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode!));
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
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

/** Resident memory of a process and the processes that it started, in MiB; NaN where the system has no /proc. */
function rssMiB(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return Math.round(children.reduce((sum, child) => sum + rssMiB(Number(child)), own));
  } catch {
    return Number.NaN;
  }
}

const median = (values: number[]): number =>
  elementAt(
    [...values].sort((a, b) => a - b),
    Math.floor(values.length / 2),
  );

const medianLevel = (levels: Level[]): Level => ({
  requestsPerSecond: median(levels.map(({ requestsPerSecond }) => requestsPerSecond)),
  p50Ms: median(levels.map(({ p50Ms }) => p50Ms)),
  p99Ms: median(levels.map(({ p99Ms }) => p99Ms)),
  errors: levels.reduce((sum, { errors }) => sum + errors, 0),
});
