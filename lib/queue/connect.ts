/** What is used of ioredis, which is optional. */
export interface RedisConnection {
  status: string;
  on(event: string, listener: (error?: Error) => void): unknown;
  set(key: string, value: string, ...options: (string | number)[]): Promise<unknown>;
  get(key: string): Promise<string | null>;
  del(key: string): Promise<unknown>;
  hgetall(key: string): Promise<Record<string, string>>;
  time(): Promise<(string | number)[]>;
  eval(script: string, keys: number, ...args: (string | number)[]): Promise<unknown>;
  config(...args: string[]): Promise<unknown>;
  disconnect(): void;
}

/** Options of {@link connectRedis}. */
export interface ConnectOptions {
  /** After so long without a connection it is given up, milliseconds. */
  giveUpMs?: number;
  /** Told of trouble, at most once in ten seconds. */
  say?: (message: string) => void;
  /** Told once, when the connection is given up. */
  onGivenUp?: (error: Error) => void;
}

const SAY_MS = 10_000;
export const GIVE_UP_MS = 60_000;

/** An address without its password, for messages. */
export function showUrl(url: string): string {
  try {
    const shown = new URL(url);
    if (shown.password) shown.password = '***';
    return shown.href;
  } catch {
    return 'the given address';
  }
}

/**
 * Connects to Redis or Valkey: `redis://:password@host:6379`, or `rediss://` for TLS. A password that is not in the address
 * is taken from DOGBREEDS_REDIS_PASSWORD, where other users of the machine do not see it. Lost connections come back by
 * themselves; trouble is told now and then, not for each attempt, and after a minute without a connection it is given up.
 *
 * @throws Error where the optional packages are not installed, or the address is none
 */
export async function connectRedis(url: string, options: ConnectOptions = {}): Promise<RedisConnection> {
  if (!/^rediss?:\/\//.test(url))
    throw new Error(
      `expected an address like redis://host:6379 (rediss:// with TLS), received ${showUrl(url)}`,
    );
  const { Redis } = await load('ioredis');
  const { giveUpMs = GIVE_UP_MS, say = () => {}, onGivenUp = () => {} } = options;
  let lostAt: number | null = Date.now();
  let saidAt = 0;
  let givenUp = false;
  const connection = new (Redis as new (url: string, options: object) => RedisConnection)(url, {
    maxRetriesPerRequest: null, // commands wait for the connection to come back
    ...(!/\/\/[^/]*@/.test(url) && { password: process.env.DOGBREEDS_REDIS_PASSWORD }),
    connectTimeout: 5000,
    retryStrategy: (attempt: number) => (givenUp ? null : Math.min(2000, 100 * attempt)),
  });
  const disconnect = connection.disconnect.bind(connection);
  connection.disconnect = () => {
    givenUp = true; // what BullMQ made of this connection does not come back either
    disconnect();
  };
  connection.on('ready', () => {
    lostAt = null;
  });
  connection.on('close', () => {
    lostAt ??= Date.now();
  });
  connection.on('error', (error) => {
    const now = Date.now();
    if (lostAt !== null && now - lostAt > giveUpMs && !givenUp) {
      givenUp = true;
      connection.disconnect();
      onGivenUp(
        new Error(
          `expected Redis at ${showUrl(url)}, had no connection for ${Math.round((now - lostAt) / 1000)} s: ${error?.message ?? ''}`,
        ),
      );
    } else if (now - saidAt > SAY_MS) {
      saidAt = now;
      say(`waiting for Redis at ${showUrl(url)}: ${error?.message || 'no connection'}`);
    }
  });
  return connection;
}

/** Waits for a promise, but not longer: what hangs on a lost connection is let go. */
export async function within(ms: number, promise: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  await Promise.race([promise.then(() => {}).catch(() => {}), over]);
  clearTimeout(timer);
}

/**
 * Loads one of the optional packages.
 *
 * @throws Error saying how to install it
 */
export async function load(name: 'ioredis' | 'bullmq'): Promise<Record<string, unknown>> {
  try {
    return (await (name === 'ioredis' ? import('ioredis') : import('bullmq'))) as unknown as Record<
      string,
      unknown
    >;
  } catch (error) {
    throw new Error(`expected the optional package ${name}, found none: npm install bullmq ioredis`, {
      cause: error,
    });
  }
}
