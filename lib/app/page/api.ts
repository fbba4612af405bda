/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { PhotoAnswer } from '../inference/inference-types';
import type { TextKey } from './texts';

/** `GET /api/info`, as the page uses it. */
export interface Info {
  ready: boolean;
  status: string;
  breeds: string[];
  model: string;
  backbone: string | null;
  source: string;
  engine: string;
  metrics: Record<string, number>;
  notSureBelow: number;
  keepsPhotos: boolean;
  limits: { maxPhotoBytes: number; maxPixels: number };
}

/** `POST /api/interpret`. */
export interface Maps {
  breed: string;
  probability: number;
  gradCam: string;
  occlusion: string;
}

/** A refused or failed request; `key` names its text. */
export class RequestError extends Error {
  constructor(
    readonly key: TextKey,
    message: string,
  ) {
    super(message);
  }
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function request<T>(path: string, init: RequestInit, patient: boolean): Promise<T> {
  for (let attempt = 0; ; attempt++) {
    let response: Response;
    try {
      response = await fetch(path, init);
    } catch (error) {
      throw new RequestError('unavailable', String(error));
    }
    if (response.ok) return (await response.json()) as T;
    if (response.status === 503 && patient && attempt < 20) {
      await wait(1000 * Number(response.headers.get('retry-after') ?? 1));
      continue;
    }
    const { error } = (await response.json().catch(() => ({ error: { code: 'internal', message: '' } }))) as {
      error: { code: string; message: string };
    };
    throw new RequestError(`error_${error.code}` as TextKey, error.message);
  }
}

const raw = (file: Blob): RequestInit => ({
  method: 'POST',
  body: file,
  headers: { 'content-type': 'application/octet-stream' },
});

/** The server's model and limits. */
export const fetchInfo = () => request<Info>('/api/info', {}, false);

/** One photo's answer. A patient call waits while the server is busy. */
export async function predict(file: File, patient: boolean): Promise<PhotoAnswer> {
  const path = `/api/predict?name=${encodeURIComponent(file.name.slice(-200))}`;
  const { results } = await request<{ results: PhotoAnswer[] }>(path, raw(file), patient);
  return results[0];
}

/** Grad-CAM and occlusion map of one photo. */
export const interpret = (file: File) => request<Maps>('/api/interpret', raw(file), true);

/** Saves a correction; resolves when it is on the server's disk. */
export const flag = (body: { sha256: string; correction: string; comment: string; image?: string }) =>
  request<{ flagged: boolean }>(
    '/api/flag',
    { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) },
    false,
  );

/** A file as base64, for photos that the server keeps with a flag. */
export const toBase64 = (file: Blob) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
