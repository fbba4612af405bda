import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { startEngine } from '../../lib/engine/index';
import { buildBackbone, buildScratchCnn } from '../../lib/models/index';
import { Contender } from './engine/contender';
import { flagValue } from './support/flag-value';
import { compareWithKept, keepResults, type Ratios } from './support/kept-results';
import { startEnergy, thisMachine } from './support/machine';
import { multiplyAdds } from './support/multiply-adds';
import { measurePeak, type Peak } from './support/peak';

const CASES = [
  { net: 'mobilenetv2', size: 224, batch: 16, batches: 60 },
  { net: 'resnet50', size: 224, batch: 16, batches: 10 },
  { net: 'efficientnetb3', size: 300, batch: 16, batches: 10 },
  { net: 'scratch-cnn', size: 300, batch: 16, batches: 24 },
  { net: 'scratch-cnn', size: 80, batch: 8, batches: 400 }, // as notebook 03 trains it
];
/** Threads of the one before go on spinning for up to 200 ms (OpenMP's block time) before they sleep. */
const PAUSE_MS = 800;
/** About as long as one measurement may take: a slow contender gets fewer batches. */
const MOST_MS = 2000;

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.slice((sorted.length - 1) >> 1, (sorted.length >> 1) + 1);
  return middle.reduce((sum, value) => sum + value, 0) / middle.length;
}

function start(threads: string, without: string[], before: string | undefined): Contender[] {
  const node = ['--import', 'tsx', join(__dirname, 'engine', 'worker.ts')];
  const python = process.env.PYTHON ?? 'python3';
  const torch = join(__dirname, 'engine', 'torch_worker.py');
  const commands: Record<string, [string, string[]]> = {
    onnxruntime: [process.execPath, [...node, 'onnxruntime', threads]],
    int8: [process.execPath, [...node, 'int8', threads]],
    'tfjs-node': [process.execPath, [...node, 'tfjs-node', threads]],
    hand: [process.execPath, [...node, 'hand', threads]],
    'hand-parts': [process.execPath, [...node, 'hand-parts', threads]],
    wasm: [process.execPath, [...node, 'wasm', threads]],
    'torch-eager': [python, [torch, 'eager', threads]],
    'torch-frozen': [python, [torch, 'frozen', threads]],
    'torch-compiled': [python, [torch, 'compiled', threads]],
    keras: [python, [join(__dirname, 'engine', 'keras_worker.py'), threads]],
  };
  if (before) {
    const worker = resolve(before, 'test', 'bench', 'engine', 'worker.ts');
    commands.before = [process.execPath, ['--import', 'tsx', worker, 'onnxruntime', threads]];
  }
  return Object.entries(commands)
    .filter(([name]) => !without.includes(name))
    .map(([name, [command, args]]) => new Contender(name, command, args));
}

/** images/s by contender for one case: rounds interleaved, medians. */
async function measure(contenders: Contender[], test: (typeof CASES)[number], rounds: number) {
  const times = new Map<string, number[]>(contenders.map(({ name }) => [name, []]));
  const warm = new Map<string, number>();
  for (let round = -2; round < rounds; round++) {
    for (const contender of ordered(contenders, round + 2)) {
      const { name } = contender;
      if (name === 'wasm' && round === -2) continue; // one warm-up is enough for what is never recompiled
      // quick ones are still being compiled, by every contender, while three of them run
      const warmUp = name === 'wasm' ? 1 : Math.max(3, Math.ceil(test.batches / 8));
      const batches = round < 0 ? warmUp : Math.ceil(MOST_MS / (warm.get(name) ?? MOST_MS));
      await setTimeout(PAUSE_MS);
      const ms = await contender.time({ ...test, batches: Math.min(batches, test.batches) });
      if (ms === null) continue;
      if (round < 0) warm.set(name, ms);
      else times.get(name)?.push(ms);
    }
  }
  const speed = (ms: number) => Number(((test.batch * 1000) / ms).toFixed(2));
  return Object.fromEntries(
    [...times].flatMap(([name, list]) => (list.length > 0 ? [[name, speed(median(list))]] : [])),
  );
}

/**
 * Another order in each round, in which nobody comes after the same one again (Williams 1949): what a contender leaves
 * behind, spinning threads and cold caches, meets each of the others alike.
 */
function ordered<T>(items: readonly T[], round: number): T[] {
  const n = items.length;
  const zigzag = items.map((_, i) => (i % 2 ? (i + 1) / 2 : n - i / 2));
  return zigzag.flatMap((i) => items.slice((i + round + n) % n).slice(0, 1));
}

function ratio(a: number | undefined, b: number | undefined): number | null {
  return a && b ? Number((a / b).toFixed(3)) : null;
}

/** Multiply-adds of one image of a case; a training step goes through the network about three times. */
function workOf({ net, size }: (typeof CASES)[number]): number {
  const model =
    net === 'scratch-cnn'
      ? buildScratchCnn({ classes: 20, imageSize: size, seed: 1 })
      : buildBackbone(net as 'resnet50', { inputSize: size });
  const once = multiplyAdds(model);
  model.dispose();
  return net === 'scratch-cnn' ? 3 * once : once;
}

/** The larger of what was measured before and after a case: other programs can only lower it. */
const larger = (a: Peak, b: Peak): Peak => ({
  float: Math.max(a.float, b.float),
  int8: Math.max(a.int8, b.int8),
});

/** Share of a peak, of what a line computes; null where it was not measured. */
const share = (speed: number | undefined, work: number, peak: number): number | null =>
  speed ? Number(((speed * work) / peak).toFixed(3)) : null;

/**
 * The backend against hand-built ONNX graphs, TF.js wasm, torch, Keras and tfjs-node, and its 8-bit networks against
 * itself: images/s, ratios, and the share of the processor's measured multiply-add peak that is reached. Flags:
 * `--rounds 5`, `--threads <cores>`, `--only <net>`, `--without <contender>`, `--before <folder of another checkout>`
 * (the engine as it was there), `--keep` (the result becomes test/bench/results/engine-PROCESSOR.json), `--compare`
 * (warns where a ratio to a contender fell below 0.8 of the kept one); env PYTHON names a Python with torch, tensorflow
 * or both, TFJS_NODE the folder of a @tensorflow/tfjs-node with its compiled binding.
 */
export default async function engine(flags: string[]): Promise<Record<string, unknown>> {
  const threads = flagValue(flags, '--threads') ?? String(availableParallelism());
  const rounds = Number(flagValue(flags, '--rounds') ?? 5);
  const only = flagValue(flags, '--only');
  const without = (flagValue(flags, '--without') ?? '').split(',');
  const all = start(threads, without, flagValue(flags, '--before'));
  const contenders: Contender[] = [];
  for (const contender of all) if (await contender.ready()) contenders.push(contender);
  const cases: Record<string, unknown> = {};
  const ratios: Ratios = {};
  const machine = thisMachine();
  await startEngine({ backend: 'cpu' }); // models are built here only to count what they compute
  const joules = startEnergy();
  try {
    for (const test of CASES) {
      if (only && !only.split(',').includes(test.net)) continue;
      const before = await measurePeak(Number(threads));
      const speed = await measure(contenders, test, rounds);
      const peak = larger(before, await measurePeak(Number(threads)));
      const work = workOf(test);
      const best = (family: RegExp) =>
        Math.max(0, ...Object.entries(speed).map(([name, value]) => (family.test(name) ? value : 0)));
      const name = `${test.net}@${test.size}`;
      cases[name] = {
        batch: test.batch,
        multiplyAdds: work,
        peak,
        imagesPerSecond: speed,
        overHandBuilt: ratio(speed.onnxruntime, speed.hand),
        overHandBuiltInParts: ratio(speed.onnxruntime, speed['hand-parts']),
        overBestTorch: ratio(speed.onnxruntime, best(/^torch/)),
        overBestPython: ratio(speed.onnxruntime, best(/^(torch|keras)/)),
        overWasm: ratio(speed.onnxruntime, speed.wasm),
        overTfjsNode: ratio(speed.onnxruntime, speed['tfjs-node']),
        overBefore: ratio(speed.onnxruntime, speed.before),
        int8OverFloat: ratio(speed.int8, speed.onnxruntime),
        int8OverBestPython: ratio(speed.int8, best(/^(torch|keras)/)),
        ofFloatPeak: share(speed.onnxruntime, work, peak.float),
        int8OfInt8Peak: share(speed.int8, work, peak.int8),
      };
      ratios[name] = {
        overHandBuilt: ratio(speed.onnxruntime, speed.hand),
        overBestPython: ratio(speed.onnxruntime, best(/^(torch|keras)/)),
        int8OverFloat: ratio(speed.int8, speed.onnxruntime),
      };
      console.error(name, JSON.stringify(cases[name]));
    }
  } finally {
    for (const contender of all) contender.stop();
  }
  const descriptions = Object.fromEntries(contenders.map(({ name, description }) => [name, description]));
  const result = {
    ...{ bench: 'engine', threads: Number(threads), rounds, machine, joules: joules() ?? 'not read' },
    ...{ contenders: descriptions, cases },
  };
  if (flags.includes('--compare'))
    for (const line of compareWithKept('engine', machine, ratios))
      console.error(process.env.GITHUB_ACTIONS ? `::warning::${line}` : line);
  if (flags.includes('--keep')) console.error(`kept in ${await keepResults('engine', machine, result)}`);
  return result;
}
