/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { PhotoAnswer } from '../photos/photo-answer';
import type { flag as flagRoute } from '../routes/flag';
import type { interpret as interpretRoute } from '../routes/interpret';
import type { predict as predictRoute } from '../routes/predict';
import type { resultsTable } from '../routes/results-csv';
import type { info as infoRoute } from '../routes/status';
import type { AnswerOf, InputOf } from '../server/define-route';
import { call, RequestError } from './call';

/** `GET /api/info`. */
export type Info = AnswerOf<typeof infoRoute>;
/** `POST /api/interpret`. */
export type Maps = AnswerOf<typeof interpretRoute>;

/** The server's model and limits. */
export const fetchInfo = () => call<typeof infoRoute>('GET /api/info', {});

/** One photo's answer. A patient call waits while the server is busy. */
export async function predict(photo: File, patient: boolean): Promise<PhotoAnswer> {
  const query = { name: photo.name.slice(-200) };
  const { results } = await call<typeof predictRoute>('POST /api/predict', { query, photo }, { patient });
  const [answer] = results;
  if (!answer || 'error' in answer)
    throw new RequestError('error_internal', answer?.error.message ?? 'expected one answer, received none');
  return answer;
}

/** Grad-CAM and occlusion map of one photo. */
export const interpret = (photo: File) =>
  call<typeof interpretRoute>('POST /api/interpret', { query: {}, photo }, { patient: true });

/** Saves a correction; resolves when it is on the server's disk. */
export const flag = (body: InputOf<typeof flagRoute>['body']) =>
  call<typeof flagRoute>('POST /api/flag', { body });

/** The CSV of several photos' results. */
export const writeCsv = (rows: InputOf<typeof resultsTable>['body']['rows']) =>
  call<typeof resultsTable>('POST /api/results.csv', { body: { rows } });

/** A file as base64, for photos that the server keeps with a flag. */
export const toBase64 = (file: Blob) =>
  new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
