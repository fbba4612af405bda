import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../lib/base/index';
import { Contender } from './engine/contender';
import { flagValue } from './support/flag-value';
import { median } from './support/load-server';
import { thisMachine } from './support/machine';

/** What may compute: the processor for comparison, onnxruntime's providers for GPUs, and tfjs-node-gpu. */
const ENGINES = ['onnxruntime:cpu', 'onnxruntime:cuda', 'onnxruntime:webgpu', 'tensorflow'];
/** Features of two networks, and training steps. */
const CASES = [
  { net: 'resnet50', size: 224, batch: 16, batches: 20 },
  { net: 'inceptionv3', size: 299, batch: 16, batches: 20 },
  { net: 'scratch-cnn', size: 300, batch: 16, batches: 24 },
];

/**
 * For a machine with a GPU, all in one run: TF.js' own tests, features of ResNet50 and InceptionV3, and training steps
 * of the scratch CNN on onnxruntime's providers cuda and webgpu and on `@tensorflow/tfjs-node-gpu` where it is installed,
 * beside the processor. What does not start is "not run" with its reason. Flags: `--rounds 3`,
 * `--without-conformance`, `--only PROVIDER`.
 */
export default async function gpu(flags: string[]): Promise<Record<string, unknown>> {
  const rounds = Number(flagValue(flags, '--rounds') ?? 3);
  const only = flagValue(flags, '--only');
  const worker = ['--import', 'tsx', join(__dirname, 'engine', 'worker.ts')];
  const engines: Record<string, unknown> = {};
  for (const engine of ENGINES.filter((name) => !only || name.includes(only))) {
    const contender = new Contender(engine, process.execPath, [
      ...worker,
      engine,
      `${availableParallelism()}`,
    ]);
    if (await contender.ready()) engines[engine] = await measure(contender, rounds, flags);
    else engines[engine] = `not run: ${contender.reason || 'it ended without a word'}`;
    contender.stop();
    console.error(engine, JSON.stringify(engines[engine]));
  }
  return { bench: 'gpu', machine: thisMachine(), rounds, engines };
}

async function measure(contender: Contender, rounds: number, flags: string[]) {
  const imagesPerSecond: Record<string, number | null> = {};
  for (const task of CASES) {
    const times: number[] = [];
    for (let round = -2; round < rounds; round++) {
      const ms = await contender.time(round < 0 ? { ...task, batches: 3 } : task);
      if (round >= 0 && ms !== null) times.push(ms);
    }
    const speed = times.length > 0 ? Number(((1000 * task.batch) / median(times)).toFixed(2)) : null;
    imagesPerSecond[`${task.net}@${task.size}`] = speed;
  }
  const [name, provider] = contender.name.split(':');
  const isOurs = name === 'onnxruntime' && !flags.includes('--without-conformance');
  return {
    engine: contender.description,
    imagesPerSecond,
    conformance: isOurs ? conformance(provider ?? 'cpu') : 'not run: only of the backend onnxruntime',
  };
}

/** The last line of TF.js' own tests on a provider. */
function conformance(provider: string): string {
  const run = ['--import', 'tsx', fromRoot('test', 'conformance', 'run.ts'), '--provider', provider];
  const { stdout, stderr } = spawnSync(process.execPath, run, { encoding: 'utf8', cwd: fromRoot() });
  const line = `${stdout}\n${stderr}`
    .split('\n')
    .filter((each) => /passed|expected/.test(each))
    .at(-1);
  return line?.trim() ?? 'not run: the tests ended without a result';
}
