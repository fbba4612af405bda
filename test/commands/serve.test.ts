import assert from 'node:assert/strict';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { FLAG_COLUMNS } from '../../lib/app/results/flag-file';
import { elementAt } from '../../lib/base/index';
import { serveCommand } from '../../lib/commands/serve';
import { GREEN, plain, RED, saveColourModel } from '../app/support/fixture';
import { startServe } from '../app/support/serve-process';
import { nonNull } from '../support/non-null';

let folder = '';
let model = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'dogbreeds-serve-'));
  model = join(folder, 'model');
  await saveColourModel(model);
});
after(() => rm(folder, { recursive: true }));

const json = { 'content-type': 'application/json' };

test('kill -9 while many people flag: every acknowledged row is in the CSV, once and whole', async () => {
  const flags = join(folder, 'killed', 'flags.csv');
  const acknowledged: string[] = [];
  for (let round = 0; round < 1; round++) {
    const { url, child, ended } = await startServe(['--model', model, '--flags', flags]);
    const photo = new Uint8Array(await plain(RED).png().toBuffer());
    const answer = await (
      await fetch(`${url}/api/predict?name=red.png`, { method: 'POST', body: photo })
    ).json();
    const { sha256 } = elementAt((answer as { results: { sha256: string }[] }).results, 0);
    const until = acknowledged.length + 60;
    const clients = Array.from({ length: 8 }, async (_, client) => {
      for (let i = 0; ; i++) {
        const comment = `round ${round} client ${client} flag ${i}`;
        const body = JSON.stringify({ sha256, correction: 'Blue_pug', comment });
        const response = await fetch(`${url}/api/flag`, { method: 'POST', body, headers: json });
        assert.equal(response.status, 200);
        acknowledged.push(comment);
        if (acknowledged.length >= until) child.kill('SIGKILL');
      }
    });
    for (const result of await Promise.allSettled(clients)) assert.equal(result.status, 'rejected');
    assert.equal(await ended, 'SIGKILL');
  }
  // Another server opens the file again: the torn row, if there is one, goes.
  const { url, child, ended } = await startServe(['--model', model, '--flags', flags]);
  const photo = new Uint8Array(await plain(GREEN).png().toBuffer());
  const answer = await (await fetch(`${url}/api/predict`, { method: 'POST', body: photo })).json();
  const { sha256 } = elementAt((answer as { results: { sha256: string }[] }).results, 0);
  await fetch(`${url}/api/flag`, {
    method: 'POST',
    body: JSON.stringify({ sha256, comment: 'last' }),
    headers: json,
  });
  child.kill('SIGTERM');
  assert.equal(await ended, 0);

  const [header, ...rows] = (await readFile(flags, 'utf8')).trimEnd().split('\n');
  assert.equal(header, FLAG_COLUMNS.join(','));
  for (const row of rows) assert.equal(row.split(',').length, FLAG_COLUMNS.length, row);
  const comments = rows.map((row) => row.split(',')[FLAG_COLUMNS.indexOf('comment')]);
  assert.equal(new Set(comments).size, comments.length);
  assert.ok(acknowledged.length >= 60);
  for (const comment of [...acknowledged, 'last']) assert.ok(comments.includes(comment), `lost: ${comment}`);
});

test('SIGTERM: what was taken is answered, then the process ends with 0', async () => {
  const { url, child, ended, output } = await startServe([
    '--model',
    model,
    '--flags',
    join(folder, 'f.csv'),
  ]);
  const photo = new Uint8Array(await plain(RED, 3000, 2000).png().toBuffer());
  const answers = Array.from({ length: 12 }, () =>
    fetch(`${url}/api/predict`, { method: 'POST', body: photo }),
  );
  let [pending, over] = [0, false];
  void Promise.allSettled(answers).then(() => {
    over = true;
  });
  while (pending === 0 && !over) {
    const metrics = await (await fetch(`${url}/metrics`)).text();
    pending = Number(nonNull(/^dogbreeds_pending_photos (\d+)/m.exec(metrics))[1]);
  }
  child.kill('SIGTERM');
  const statuses = await Promise.all(
    answers.map((answer) =>
      answer.then(
        ({ status }) => status,
        () => 'refused',
      ),
    ),
  );
  assert.equal(await ended, 0);
  assert.match(output(), /stopped\s*$/);
  assert.ok(statuses.filter((status) => status === 200).length >= pending, `${pending} pending, ${statuses}`);
  assert.ok(
    statuses.every((status) => status === 200 || status === 503 || status === 'refused'),
    `${statuses}`,
  );
});

test('--keep-photos keeps flagged photos under their hash, and only those', async () => {
  const flags = join(folder, 'kept', 'flags.csv');
  const { url, child, ended } = await startServe(['--model', model, '--flags', flags, '--keep-photos']);
  const photo = await plain(RED).png().toBuffer();
  const other = await plain(GREEN).png().toBuffer();
  const predict = async (bytes: Buffer) => {
    const body = new Uint8Array(bytes);
    const response = await fetch(`${url}/api/predict?name=../../x.png`, { method: 'POST', body });
    return elementAt(((await response.json()) as { results: { sha256: string }[] }).results, 0).sha256;
  };
  const [hash] = [await predict(photo), await predict(other)];
  const flag = (image: Buffer) =>
    fetch(`${url}/api/flag`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify({ sha256: hash, correction: 'not_a_dog', image: image.toString('base64') }),
    });
  assert.equal((await flag(other)).status, 400, 'another photo than the flagged one');
  assert.equal((await flag(photo)).status, 200);
  child.kill('SIGINT');
  assert.equal(await ended, 0);
  assert.deepEqual(await readdir(join(folder, 'kept', 'flagged-photos')), [`${hash}.png`]);
  assert.deepEqual(await readFile(join(folder, 'kept', 'flagged-photos', `${hash}.png`)), photo);
  assert.match(await readFile(flags, 'utf8'), new RegExp(`,${hash},x\\.png,.*,not_a_dog,,${hash}\\.png\\n$`));
});

test('a full disk is said as such, 507: no half row and no temporary file stays, and the server goes on', {
  skip: process.platform === 'win32' && 'no ulimit on Windows',
}, async () => {
  const blocks = 2048; // files of at most 1 MiB: writing fails as on a full disk
  const full = join(folder, 'full');
  const flags = join(full, 'flags.csv');
  const header = `${FLAG_COLUMNS.join(',')}\n`;
  const filler = `${'x'.repeat(99)}\n`.repeat(Math.floor((512 * blocks - header.length) / 100));
  await mkdir(full);
  await writeFile(flags, header + filler);
  const { url, child, ended } = await startServe(
    ['--model', model, '--flags', flags, '--keep-photos'],
    blocks,
  );
  const small = await plain(RED).png().toBuffer();
  const large = await plain(GREEN, 1000, 800).tiff({ compression: 'none' }).toBuffer();
  for (const photo of [small, large]) {
    const answer = await fetch(`${url}/api/predict`, { method: 'POST', body: new Uint8Array(photo) });
    const { results } = (await answer.json()) as { results: { sha256: string }[] };
    const body = JSON.stringify({ sha256: elementAt(results, 0).sha256, image: photo.toString('base64') });
    const refused = await fetch(`${url}/api/flag`, { method: 'POST', headers: json, body });
    assert.equal(refused.status, 507);
    const { error } = (await refused.json()) as { error: { code: string; message: string } };
    assert.equal(error.code, 'no_space');
    assert.match(error.message, /disk is full: nothing was saved/);
  }
  assert.equal(await readFile(flags, 'utf8'), header + filler);
  assert.deepEqual(
    (await readdir(join(full, 'flagged-photos'))).filter((name) => !name.endsWith('.png')),
    [],
  );
  assert.equal((await fetch(`${url}/healthz`)).status, 200);
  child.kill('SIGTERM');
  assert.equal(await ended, 0);
});

test('bad options and a damaged model end in a sentence', async () => {
  await assert.rejects(
    serveCommand({ port: 'abc' }),
    /expected a whole number from 0 to 65535 for --port, received "abc"/,
  );
  const broken = join(folder, 'broken');
  await saveColourModel(broken);
  await writeFile(join(broken, 'weights.bin'), 'short');
  await assert.rejects(serveCommand({ port: '0', model: broken }), /weights\.bin is damaged/);
});
