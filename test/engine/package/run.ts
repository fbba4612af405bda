/**
 * Installs the engine's package in a project of its own, outside this repository, as anybody would: builds and packs it,
 * installs the tarball with TensorFlow.js and onnxruntime-node, type-checks a program that uses it, and runs the program,
 * which trains a model, saves what it computes as ONNX, and loads that again.
 *
 * Usage: npm run test:package -- [--tfjs VERSION] [--onnxruntime VERSION] [--keep]
 */
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fromRoot } from '../../../lib/base/index';
import { argument, installed, npm, run } from './tools';

const PACKAGE = 'lib/engine/onnxruntime';

const project = mkdtempSync(join(tmpdir(), 'tfjs-backend-onnxruntime-'));
const started = performance.now();
const step = (name: string) => console.log(`${((performance.now() - started) / 1000).toFixed(1)} s: ${name}`);

try {
  step('build and pack');
  run(process.execPath, ['--import', 'tsx', 'build.ts'], fromRoot(PACKAGE));
  const packed: { filename: string; unpackedSize: number; files: unknown[] }[] = JSON.parse(
    npm(['pack', '--json', '--pack-destination', project], fromRoot(PACKAGE)),
  );
  const [tarball] = packed;
  if (!tarball) throw new Error('expected npm pack to make a tarball, it made none');
  const { filename, unpackedSize, files } = tarball;
  console.log(`${filename}: ${files.length} files, ${Math.round(unpackedSize / 1000)} kB unpacked`);

  const tfjs = argument('tfjs') ?? installed('@tensorflow/tfjs');
  const onnxruntime = argument('onnxruntime') ?? installed('onnxruntime-node');
  step(`install with @tensorflow/tfjs ${tfjs} and onnxruntime-node ${onnxruntime}`);
  const manifest = {
    name: 'scratch',
    private: true,
    dependencies: {
      '@tensorflow/tfjs': tfjs,
      'onnxruntime-common': onnxruntime,
      'onnxruntime-node': onnxruntime,
      'tfjs-backend-onnxruntime': `file:${filename}`,
    },
  };
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  const others = (argument('tfjs') ?? argument('onnxruntime')) ? ['--legacy-peer-deps'] : []; // outside the tested ranges
  npm(['install', '--ignore-scripts', '--no-audit', '--no-fund', '--prefer-offline', ...others], project);

  step('type-check');
  copyFileSync(join(__dirname, 'program.ts'), join(project, 'program.ts'));
  const typescript = dirname(require.resolve('typescript/package.json'));
  const flags =
    '--strict --noEmit --skipLibCheck --target es2022 --module node20 --types node --typeRoots ' +
    fromRoot('node_modules', '@types');
  run(process.execPath, [join(typescript, 'bin', 'tsc'), ...flags.split(' '), 'program.ts'], project);

  step('train');
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--import', `file://${require.resolve('tsx')}`, 'program.ts'],
    { cwd: project, encoding: 'utf8' },
  );
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  if (status !== 0) throw new Error(`expected the program to end with 0, it ended with ${status}`);
  step('done');
} finally {
  if (process.argv.includes('--keep')) console.log(`kept ${project}`);
  else rmSync(project, { recursive: true, force: true });
}
