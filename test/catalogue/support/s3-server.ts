import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import type { TestContext } from 'node:test';
import { CreateBucketCommand, DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { fromRoot } from '../../../lib/base/index';

const python = process.env.DOGBREEDS_S3_SERVER ?? 'python3';
// versions before take some signatures for wrong
const probe =
  'import boto3, moto.server; assert tuple(map(int, moto.__version__.split(".")[:3])) >= (5, 2, 5)';
const installed = spawnSync(python, ['-c', probe]).status === 0;
if (!installed && process.env.DOGBREEDS_NEED_S3)
  throw new Error(
    'expected a Python with moto[s3] 5.2.5 or newer, flask and flask-cors in DOGBREEDS_S3_SERVER, found none',
  );

/** For tests that need an S3 server: they run, or say loudly that they do not. */
export const needsS3 = {
  timeout: 300_000,
  skip:
    !installed &&
    'SKIPPED: no S3 server (pip install "moto[s3]>=5.2.5" flask flask-cors; DOGBREEDS_S3_SERVER names that Python)',
};

/** Variables that a machine may have of its own. */
const VARIABLES = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE', 'AWS_REGION'],
  ...['AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL', 'AWS_ENDPOINT_URL_S3', 'AWS_EC2_METADATA_DISABLED'],
];

/** An S3 server of this test's own, with an empty bucket `photos`. */
export interface TestS3 {
  url: string;
  owner: Credentials;
  /** May do nothing. */
  stranger: Credentials;
  /** The variables with which its owner reads it. */
  env: Record<string, string>;
  put(key: string, body: Buffer | string): Promise<void>;
  remove(key: string): Promise<void>;
}

interface Credentials {
  key: string;
  secret: string;
}

/** Sets variables of this process until the test ends; those of AWS that are not named are unset. */
export function setEnvironment(t: TestContext, env: Record<string, string>): void {
  const before = VARIABLES.map((name) => [name, process.env[name]] as const);
  const set = (name: string, value: string | undefined) => {
    if (value === undefined) delete process.env[name];
    else process.env[name] = value;
  };
  for (const name of VARIABLES) set(name, env[name]);
  t.after(() => {
    for (const [name, value] of before) set(name, value);
  });
}

/** The variables of somebody at some address. */
export const awsVariables = (url: string, { key, secret }: Credentials): Record<string, string> => ({
  AWS_ENDPOINT_URL_S3: url,
  AWS_ACCESS_KEY_ID: key,
  AWS_SECRET_ACCESS_KEY: secret,
  AWS_EC2_METADATA_DISABLED: 'true', // no role of the machine that the test runs on
});

/** Starts a server, and sets this process' variables so that it is read. */
export async function startS3(t: TestContext): Promise<TestS3> {
  const script = fromRoot('test', 'catalogue', 'support', 's3_server.py');
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => void child.kill('SIGKILL'));
  const [line] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(() => assert.fail('the S3 server did not start')),
  ])) as [Buffer];
  const { url, owner, stranger } = JSON.parse(line.toString()) as Omit<TestS3, 'put' | 'remove' | 'env'>;
  const env = awsVariables(url, owner);
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
  setEnvironment(t, env);
  const client = new S3Client({ region: 'us-east-1', forcePathStyle: true });
  t.after(() => client.destroy());
  await client.send(new CreateBucketCommand({ Bucket: 'photos' }));
  return {
    ...{ url, owner, stranger, env },
    put: async (Key, Body) => void (await client.send(new PutObjectCommand({ Bucket: 'photos', Key, Body }))),
    remove: async (Key) => void (await client.send(new DeleteObjectCommand({ Bucket: 'photos', Key }))),
  };
}
