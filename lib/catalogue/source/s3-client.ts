import { showUrl } from '../../queue/index';
import { parseS3, type S3Address } from './s3-address';

/** An object as a listing shows it. */
export interface S3Object {
  Key?: string;
  Size?: number;
  LastModified?: Date;
  ETag?: string;
}

/** One page of a listing. */
export interface S3Page {
  Contents?: S3Object[];
  NextContinuationToken?: string;
  /** `url` where keys are written as in an address, because XML cannot hold each character. */
  EncodingType?: string;
}

/** An object that is being read. */
export interface S3Reading extends Omit<S3Object, 'Key' | 'Size'> {
  ContentLength?: number;
  Body?: { transformToByteArray(): Promise<Uint8Array>; destroy?(): void };
}

/** What is used of an S3 client. */
export interface S3Client {
  list(address: S3Address, page: { token?: string; most?: number; signal?: AbortSignal }): Promise<S3Page>;
  get(address: S3Address, key: string): Promise<S3Reading>;
}

/** What is used of the package, which is optional. */
interface Sdk {
  S3Client: new (options: object) => { send(command: object, options?: object): Promise<unknown> };
  ListObjectsV2Command: new (input: object) => object;
  GetObjectCommand: new (input: object) => object;
}

/** Connections at once: what hides the latency of a network. */
const CONNECTIONS = 32;
/** Tries of a request that fails by no fault of ours: cut, refused for the moment, too many at once. */
const TRIES = 5;
const CONNECT_MS = 5000;
const SILENT_MS = 30_000;
const SETTINGS = [
  ...['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN', 'AWS_PROFILE'],
  ...['AWS_REGION', 'AWS_DEFAULT_REGION', 'AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'],
];

const clients = new Map<string, Promise<S3Client>>();

/**
 * A client for the S3 that the usual variables name: AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (or a
 * profile, or the machine's role), AWS_REGION, and for other servers than Amazon's AWS_ENDPOINT_URL_S3 or
 * AWS_ENDPOINT_URL, whose buckets are asked for by path. It is loaded when it is first needed.
 *
 * @throws Error where the optional package is not installed
 */
export function openS3(): Promise<S3Client> {
  const settings = JSON.stringify(SETTINGS.map((name) => process.env[name]));
  const known = clients.get(settings) ?? makeClient();
  clients.set(settings, known);
  return known;
}

async function makeClient(): Promise<S3Client> {
  const { S3Client, ListObjectsV2Command, GetObjectCommand } = await load();
  const { AWS_REGION, AWS_DEFAULT_REGION } = process.env;
  const own = ownEndpoint();
  const client = new S3Client({
    region: AWS_REGION ?? AWS_DEFAULT_REGION ?? (own ? 'us-east-1' : undefined), // many servers have but this one
    forcePathStyle: own !== undefined,
    followRegionRedirects: true,
    maxAttempts: TRIES,
    requestHandler: {
      ...{ connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
      httpAgent: { keepAlive: true, maxSockets: CONNECTIONS },
      httpsAgent: { keepAlive: true, maxSockets: CONNECTIONS },
    },
  });
  return {
    list: async ({ bucket: Bucket, prefix: Prefix }, { token, most, signal }) =>
      (await client.send(
        new ListObjectsV2Command({
          ...{ Bucket, Prefix, ContinuationToken: token, MaxKeys: most, EncodingType: 'url' },
        }),
        { abortSignal: signal },
      )) as S3Page,
    get: async ({ bucket: Bucket }, Key) =>
      (await client.send(new GetObjectCommand({ Bucket, Key }))) as S3Reading,
  };
}

async function load(): Promise<Sdk> {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true'; // of versions that are not installed here
  try {
    return (await import('@aws-sdk/client-s3')) as unknown as Sdk;
  } catch (error) {
    throw new Error(
      'expected the optional package @aws-sdk/client-s3 for s3:// addresses, found none: npm install @aws-sdk/client-s3',
      { cause: error },
    );
  }
}

const ownEndpoint = (): string | undefined =>
  process.env.AWS_ENDPOINT_URL_S3 || process.env.AWS_ENDPOINT_URL || undefined;

const WRONG_CREDENTIALS = [
  ...['InvalidAccessKeyId', 'SignatureDoesNotMatch', 'ExpiredToken', 'InvalidToken', 'TokenRefreshRequired'],
  ...['InvalidClientTokenId', 'InvalidSecurity', 'RequestTimeTooSkewed'],
];
const WRONG_REGION = [
  'PermanentRedirect',
  'AuthorizationHeaderMalformed',
  'IllegalLocationConstraintException',
];

/** Short name of what went wrong: S3's own code, the system's, or the status of the answer. */
export function codeOfS3(error: unknown): string {
  const { name, code, $metadata } = error as Error & {
    code?: string;
    $metadata?: { httpStatusCode?: number };
  };
  if (typeof code === 'string') return code;
  return name && name !== 'Error' ? name : `status ${$metadata?.httpStatusCode ?? 'unknown'}`;
}

/** What to do about a root in a bucket that cannot be listed. Nothing of the credentials is in it. */
export function explainS3(error: unknown, root: string): Error {
  const { message, $metadata } = error as Error & { $metadata?: { httpStatusCode?: number } };
  if (message?.startsWith('expected')) return error as Error;
  const code = codeOfS3(error);
  const own = ownEndpoint();
  const place = own ? showUrl(own) : "Amazon's S3";
  const says = (text: string) => new Error(text); // no cause: S3's own errors repeat parts of the request
  if (code === 'CredentialsProviderError')
    return says(
      `expected credentials for ${root}, found none: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (AWS_SESSION_TOKEN where they are for some hours), or AWS_PROFILE`,
    );
  if (/region is missing/i.test(message ?? ''))
    return says(
      `expected the region of ${root}, found none: set AWS_REGION, or AWS_ENDPOINT_URL_S3 for your own server`,
    );
  if (WRONG_CREDENTIALS.includes(code))
    return says(
      `expected credentials that ${place} takes for ${root}, it refused these (${code}): look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN and the clock`,
    );
  if (WRONG_REGION.includes(code))
    return says(`expected the region of ${root}, received another one (${code}): set AWS_REGION`);
  if (code === 'NoSuchBucket')
    return says(
      `expected the bucket "${parseS3(root).bucket}" at ${place}, found none: look at its name and at AWS_ENDPOINT_URL_S3`,
    );
  if (code === 'AccessDenied' || $metadata?.httpStatusCode === 403)
    return says(
      `expected to be allowed to list ${root}, ${place} refuses (${code}): these credentials need s3:ListBucket and s3:GetObject`,
    );
  if ($metadata?.httpStatusCode === undefined)
    return says(
      `expected an S3 server at ${place}, it does not answer (${code}): is it running, and is AWS_ENDPOINT_URL_S3 right?`,
    );
  return says(`expected a listing of ${root}, ${place} answered ${code}: is it an S3 server?`);
}
