import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { temporaryFolder } from '../support/temporary-folder';
import { freePort, startRedis } from './support/redis';
import { makeSetting, startChild, withRedis } from './support/setting';

/** A certificate of this machine, signed by itself; null without openssl. */
async function makeCertificate(t: TestContext): Promise<{ key: string; certificate: string } | null> {
  const folder = await temporaryFolder(t);
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'certificate.pem')];
  const request = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const made = spawnSync('openssl', [
    ...request,
    ...['-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', certificate],
  ]);
  return made.status === 0 ? { key, certificate } : null;
}

test(
  'TLS and a password, by URL or by variable; without the certificate, or with another password, it says so',
  withRedis,
  async (t) => {
    const made = await makeCertificate(t);
    if (!made) return t.skip('SKIPPED: openssl is not installed');
    const port = await freePort();
    const { key, certificate } = made;
    const files = ['--tls-cert-file', certificate, '--tls-key-file', key, '--tls-ca-cert-file', certificate];
    const only = ['--port', '0', '--tls-port', `${port}`, '--tls-auth-clients', 'no'];
    await startRedis(t, ...only, ...files, '--requirepass', 'secret');
    const { root, file, check } = await makeSetting(t);
    const env = { NODE_EXTRA_CA_CERTS: certificate };
    const start = (script: string, password: string, args: string[], trusts = true) =>
      startChild(t, script, [`rediss://:${password}@localhost:${port}`, ...args], [], trusts ? env : {});
    const stranger = start('worker-child.ts', 'secret', [root], false);
    const guest = start('worker-child.ts', 'wrong', [root]);
    await stranger.says(/self-signed certificate/);
    await guest.says(/WRONGPASS/);
    for (const { output } of [stranger, guest]) assert.doesNotMatch(output(), /:(secret|wrong)@/);
    const worker = start('worker-child.ts', 'secret', [root]);
    const bare = `rediss://localhost:${port}`;
    const variable = { ...env, DOGBREEDS_REDIS_PASSWORD: 'secret' };
    const coordinator = startChild(t, 'coordinator-child.ts', [bare, root, file], [], variable);
    await coordinator.says(/finished/);
    assert.match(worker.output(), /ready/);
    check();
  },
);
