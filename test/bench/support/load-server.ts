import { readdirSync, readFileSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { drawExample, EXAMPLES } from '../../../lib/app/photos/draw-example';
import { elementAt } from '../../../lib/base/index';
import { photosFolder } from '../../support/photos';

/** How the app did at one number of clients. */
export interface Level {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

/** Up to 16 photos: real ones where they are, else the drawn examples. */
export async function examplePhotos(): Promise<Buffer[]> {
  const folder = photosFolder();
  if (!folder) return Promise.all(EXAMPLES.map(drawExample));
  const images = join(folder, 'Images');
  return readdirSync(images)
    .sort()
    .slice(0, 16)
    .map((breed) => readFileSync(join(images, breed, elementAt(readdirSync(join(images, breed)).sort(), 0))));
}

/** `count` predictions by `clients` loops, each sending its next photo when it has its answer. */
export async function load(url: string, photos: Buffer[], clients: number, count: number): Promise<Level> {
  const agent = new Agent({ keepAlive: true, maxSockets: clients });
  const latencies: number[] = [];
  let sent = 0;
  let errors = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (sent < count) {
        const photo = elementAt(photos, sent++ % photos.length);
        const before = performance.now();
        if ((await post(`${url}/api/predict`, photo, agent)) !== 200) errors++;
        latencies.push(performance.now() - before);
      }
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  agent.destroy();
  latencies.sort((a, b) => a - b);
  const at = (share: number) =>
    elementAt(latencies, Math.min(latencies.length - 1, Math.floor(share * latencies.length)));
  return { requestsPerSecond: count / seconds, p50Ms: at(0.5), p99Ms: at(0.99), errors };
}

/** Sends a photo. @returns the status of the answer */
export function post(url: string, body: Buffer, agent: Agent): Promise<number> {
  return new Promise((resolve, reject) => {
    const sending = request(
      url,
      { method: 'POST', agent, headers: { 'content-type': 'image/jpeg' } },
      (response) => {
        response.resume();
        response.on('end', () => resolve(response.statusCode ?? 0));
      },
    );
    sending.on('error', reject);
    sending.end(body);
  });
}

/** Resident memory of a process and the processes that it started, in MiB; NaN where the system has no /proc. */
export function rssMiB(pid: number): number {
  try {
    const own = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
    return Math.round(children.reduce((sum, child) => sum + rssMiB(Number(child)), own));
  } catch {
    return Number.NaN;
  }
}

/** The middle value; the upper one of two. */
export const median = (values: number[]): number =>
  elementAt(
    [...values].sort((a, b) => a - b),
    Math.floor(values.length / 2),
  );
