/**
 * The commands outside of a clone: packs them, installs the tarball globally below a folder of its own, and from another
 * folder indexes, asks, predicts and serves. What they write must lie in the user's data folder.
 *
 * Usage: npm run test:install -- [--keep]
 */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawExample, EXAMPLES } from '../../../lib/app/photos/draw-example';
import { packCommand } from '../../../lib/commands/pack';
import { weightsFolder } from '../../../lib/models/index';
import { npm, run } from '../../engine/package/tools';

async function main(): Promise<void> {
  const home = mkdtempSync(join(tmpdir(), 'dogbreeds-install-'));
  const started = performance.now();
  const step = (name: string) =>
    console.log(`${((performance.now() - started) / 1000).toFixed(1)} s: ${name}`);
  try {
    step('pack');
    const tarball = await packCommand(home);
    step('install');
    const flags = '--ignore-scripts --no-audit --no-fund --prefer-offline --loglevel=error'.split(' ');
    npm(['install', '--global', '--prefix', join(home, 'prefix'), ...flags, tarball], home);
    const program = join(home, 'prefix', 'bin', 'dogbreeds');
    const [elsewhere, photos, data] = ['elsewhere', 'photos', 'data'].map((name) => join(home, name)) as [
      string,
      string,
      string,
    ];
    mkdirSync(elsewhere);
    mkdirSync(photos);
    for (const name of EXAMPLES) writeFileSync(join(photos, `${name}.jpg`), await drawExample(name));
    const env = { ...process.env, DOGBREEDS_DATA: data, DOGBREEDS_WEIGHTS: weightsFolder() };
    const dogbreeds = (...args: string[]) => run(program, args, elsewhere, env);

    step('help');
    const help = dogbreeds('--help');
    for (const command of ['index', 'serve', 'predict'])
      assert.match(help, new RegExp(`^ +${command} `, 'm'));
    assert.doesNotMatch(help, /^ +(lab|kernel|run) /m, 'what needs the notebooks is not there');
    step('index');
    const summary = JSON.parse(dogbreeds('index', photos, '--json'));
    assert.equal(summary.computed, EXAMPLES.length);
    const again = JSON.parse(dogbreeds('index', '--json'));
    assert.equal(again.computed, 0);
    const found = dogbreeds('index', 'find', '--json').trim().split('\n');
    assert.equal(found.length, EXAMPLES.length);
    step('predict');
    assert.match(dogbreeds('predict', '--csv', photos), /^file,/);
    step('serve');
    await serve(program, elsewhere, env);
    assert.deepEqual(readdirSync(elsewhere), [], 'nothing is written where it was called');
    assert.ok(existsSync(join(data, 'catalogue.sqlite')) && existsSync(join(data, 'models')));
    step('done');
  } finally {
    if (process.argv.includes('--keep')) console.log(`kept ${home}`);
    else rmSync(home, { recursive: true, force: true });
  }
}

/** Starts the app, asks it for its page and its health, and ends it. */
async function serve(program: string, cwd: string, env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(program, ['serve', '--port', '0'], {
    cwd,
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  let output = '';
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.on('data', (bytes: Buffer) => {
      output += bytes;
      const found = /ready: open (\S+)/.exec(output)?.[1];
      if (found) resolve(found);
    });
    child.once('exit', (code) =>
      reject(new Error(`expected the app to run, it ended with ${code}: ${output}`)),
    );
  });
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  assert.match(await (await fetch(url)).text(), /<html/);
  child.kill('SIGINT');
  assert.equal(await ended, 0);
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
