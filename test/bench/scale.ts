import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startServe } from '../app/support/serve-process';
import { Contender } from './engine/contender';
import { flagValue } from './support/flag-value';
import { examplePhotos, type Level, load, median, rssMiB } from './support/load-server';
import { thisMachine } from './support/machine';

const CLIENTS = [1, 2, 4, 8, 16, 32, 64];
/** Requests at each number of clients; a multiple of the largest. */
const REQUESTS = 64;
const TASK = { net: 'resnet50', size: 224, batch: 16, batches: 4 };

/** One line of a table: what was set, what came out, and how much of the ideal growth from the line before is left. */
interface Point {
  at: number;
  perSecond: number;
  /** Gain over the line before, as a share of the growth of `at`: 1 is ideal, 0 is none. */
  gain: number | null;
}

/** Lines with their gains, and the first one that gains less than half of the ideal: where it bends. */
function bend(points: readonly Omit<Point, 'gain'>[]): { points: Point[]; bendsAt: number | null } {
  const lines = points.map((point, i) => {
    const before = i > 0 ? points[i - 1] : undefined;
    const ideal = before ? point.at / before.at - 1 : 0;
    const gain = before ? (point.perSecond / before.perSecond - 1) / ideal : null;
    return { ...point, gain: gain === null ? null : Number(gain.toFixed(2)) };
  });
  return { points: lines, bendsAt: lines.find(({ gain }) => gain !== null && gain < 0.5)?.at ?? null };
}

/**
 * What one machine does as more is asked of it: images/s of ResNet50, float and 8 bits, by threads from 1 to all cores
 * (one process for each, interleaved, medians), and the demo app's answers/s by clients from 1 to 64, with the latency
 * and the server's memory; each table says where its line bends (a step gains less than half of the ideal). Memory by
 * photos: `npm run bench -- features --full`. Flags: `--rounds 3`, `--without-serve`, `--model DIR`.
 */
export default async function scale(flags: string[]): Promise<Record<string, unknown>> {
  const rounds = Number(flagValue(flags, '--rounds') ?? 3);
  const threads: Record<string, unknown> = {};
  for (const kind of ['onnxruntime', 'int8']) threads[kind] = await byThreads(kind, rounds);
  const model = flagValue(flags, '--model');
  const clients = flags.includes('--without-serve') ? null : await byClients(model ? ['--model', model] : []);
  return { bench: 'scale', machine: thisMachine(), task: TASK, threads, clients };
}

async function byThreads(kind: string, rounds: number) {
  const cores = availableParallelism();
  const counts = [...new Set([1, 2, 4, 8, 16, 32, 64].filter((count) => count < cores).concat(cores))];
  const worker = ['--import', 'tsx', join(__dirname, 'engine', 'worker.ts')];
  const contenders = counts.map(
    (count) =>
      [count, new Contender(`${count}`, process.execPath, [...worker, kind, String(count)])] as const,
  );
  const times = new Map<number, number[]>(counts.map((count) => [count, []]));
  try {
    for (const [, contender] of contenders) await contender.ready();
    for (let round = -1; round < rounds; round++)
      for (const [count, contender] of contenders) {
        const ms = await contender.time(TASK);
        if (round >= 0 && ms !== null) times.get(count)?.push(ms);
      }
  } finally {
    for (const [, contender] of contenders) contender.stop();
  }
  const points = [...times].map(([at, list]) => ({
    at,
    perSecond: Number(((TASK.batch * 1000) / median(list)).toFixed(2)),
  }));
  console.error(kind, JSON.stringify(points));
  return bend(points);
}

async function byClients(model: string[]) {
  const photos = await examplePhotos();
  const server = await startServe(model);
  try {
    await load(server.url, photos, 8, 16); // warm
    const levels: (Level & { at: number; perSecond: number })[] = [];
    for (const clients of CLIENTS) {
      const level = await load(server.url, photos, clients, REQUESTS);
      levels.push({ at: clients, perSecond: Number(level.requestsPerSecond.toFixed(2)), ...level });
      console.error(`${clients} clients: ${level.requestsPerSecond.toFixed(1)} answers/s`);
    }
    const { points, bendsAt } = bend(levels);
    const rows = points.map((point, i) => ({ ...levels[i], ...point }));
    return { rows, bendsAt, rssMiB: server.child.pid ? rssMiB(server.child.pid) : null };
  } finally {
    server.child.kill('SIGTERM');
    await server.ended;
  }
}
