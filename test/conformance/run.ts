/**
 * Runs the kernel tests that TF.js ships (`@tensorflow/tfjs-core/dist/**\/*_test.js`) on the onnxruntime backend.
 * Usage: npm run conformance -- [--only <part of a file name>] [--provider cuda] [--verbose]
 * Last line: `N passed, N failed, N skipped`, counted over the tests that call at least one kernel.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { BACKEND_NAME, registerOnnxruntimeBackend } from '../../lib/engine/onnxruntime/index';

interface Exclusion {
  /** The test's full name starts with this. */
  test: string;
  reason: string;
}

interface SpecResult {
  fullName: string;
  status: 'passed' | 'failed' | 'excluded' | 'pending';
  failedExpectations: { message: string }[];
}

const require_ = createRequire(__filename);
const core = join(require_.resolve('@tensorflow/tfjs-core/package.json'), '..', 'dist');
const exclusions = JSON.parse(readFileSync(join(__dirname, 'exclusions.json'), 'utf8')) as Exclusion[];

/** Test files below `folder`. */
function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => a.name.localeCompare(b.name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return testFiles(path);
      return entry.name.endsWith('_test.js') ? [path] : [];
    });
}

/** Counts kernel calls, so that tests of plain functions can be told from tests of the backend. */
function countKernels(): { calls: number } {
  const counter = { calls: 0 };
  const engine = tf.engine() as unknown as { runKernelFunc(params: unknown): unknown };
  const prototype = Object.getPrototypeOf(engine) as typeof engine;
  const run = prototype.runKernelFunc;
  prototype.runKernelFunc = function (params) {
    counter.calls++;
    return run.call(this, params);
  };
  return counter;
}

async function main(): Promise<void> {
  const only = process.argv.includes('--only') ? process.argv[process.argv.indexOf('--only') + 1] : undefined;
  const verbose = process.argv.includes('--verbose');
  const jasmine = require_('jasmine-core').boot();
  const env = jasmine.getEnv();
  env.configure({ random: false, failSpecWithNoExpectations: false });
  jasmine.DEFAULT_TIMEOUT_INTERVAL = 20_000;

  const asked = process.argv.includes('--provider')
    ? process.argv[process.argv.indexOf('--provider') + 1]
    : 'cpu';
  const { provider } = await registerOnnxruntimeBackend({ provider: asked as 'cpu' });
  if (provider !== asked && provider !== 'wasm')
    throw new Error(`expected the provider ${asked} to work, it does not: ${provider} would compute`);
  await tf.setBackend(BACKEND_NAME);
  const util = require_(join(core, 'jasmine_util.js'));
  util.setTestEnvs([{ name: BACKEND_NAME, backendName: BACKEND_NAME, flags: {}, isDataSync: true }]);
  require_(join(core, 'index.js'));
  require_(join(core, 'public', 'chained_ops', 'register_all_chained_ops.js'));
  const counter = countKernels();
  for (const file of testFiles(core)) {
    if (!only || relative(core, file).includes(only)) require_(file);
  }

  const excluded = new Map<string, number>();
  env.configure({
    specFilter: (spec: { getFullName(): string }) => {
      const name = spec.getFullName();
      const match = exclusions.find(({ test }) => name.startsWith(test));
      if (match) excluded.set(match.test, (excluded.get(match.test) ?? 0) + 1);
      return !match;
    },
  });
  const failures: SpecResult[] = [];
  const counts = { passed: 0, failed: 0, plain: 0 };
  let before = 0;
  env.addReporter({
    specStarted: () => {
      before = counter.calls;
    },
    specDone: (result: SpecResult) => {
      if (result.status === 'excluded' || result.status === 'pending') return;
      if (result.status === 'failed') {
        failures.push(result);
        counts.failed++;
        if (verbose)
          console.log(`FAILED ${result.fullName}\n  ${result.failedExpectations[0]?.message.slice(0, 300)}`);
      } else if (counter.calls > before) counts.passed++;
      else counts.plain++;
    },
  });
  console.warn = () => {};
  await env.execute();

  for (const { fullName, failedExpectations } of failures) {
    console.log(
      `FAILED ${fullName}\n  ${failedExpectations[0]?.message.split('\n').slice(0, 3).join(' | ').slice(0, 300)}`,
    );
  }
  let skipped = 0;
  for (const { test, reason } of exclusions) {
    const count = excluded.get(test) ?? 0;
    skipped += count;
    console.log(`skipped ${count}: ${test} (${reason})`);
  }
  console.log(`${counts.plain} more tests call no kernel and are not counted`);
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${skipped} skipped`);
  process.exit(counts.failed === 0 && counts.passed > 0 ? 0 : 1);
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
