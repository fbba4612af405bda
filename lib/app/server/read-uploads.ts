import type { FastifyRequest } from 'fastify';
import { firstLine } from '../photos/read-photo';
import { ApiError } from './api-error';
import type { Limits } from './limits';

/** A photo as a request carried it. */
export interface Upload {
  name: string;
  bytes: Buffer;
}

/** A request's photos and its other fields. */
export interface Uploads {
  photos: Upload[];
  fields: Record<string, string>;
}

/** A name for people: its last part, without control characters, at most 200 characters. */
export const shownName = (name: unknown): string =>
  typeof name === 'string' ? (/[^\\/]*$/.exec(name)?.[0] ?? '').replace(/\p{Cc}/gu, '').slice(0, 200) : '';

/**
 * The photos of a request, whichever way they were sent: `multipart/form-data` (every file part), JSON
 * (`{ "image": base64 or data URL, "name"? }` or `{ "images": [...] }`), or the photo itself as the body (named by the
 * query's `name`). Nothing is written to disk.
 *
 * @throws ApiError 400 `empty_body` or `bad_request`, 413 `too_large` or `too_many_photos`.
 */
export async function readUploads(request: FastifyRequest, limits: Limits): Promise<Uploads> {
  const uploads = await (request.isMultipart() ? readMultipart(request, limits) : readBody(request));
  if (uploads.photos.length === 0)
    throw new ApiError(
      400,
      'empty_body',
      'expected a photo as multipart file, image body or JSON base64, received none',
    );
  if (uploads.photos.length > limits.maxPhotos)
    throw new ApiError(
      413,
      'too_many_photos',
      `expected at most ${limits.maxPhotos} photos in one request, received ${uploads.photos.length}`,
    );
  return uploads;
}

async function readMultipart(request: FastifyRequest, limits: Limits): Promise<Uploads> {
  const photos: Upload[] = [];
  const fields: Record<string, string> = {};
  let total = 0;
  try {
    for await (const part of request.parts({
      limits: {
        fileSize: limits.maxPhotoBytes,
        files: limits.maxPhotos,
        fields: 20,
        fieldSize: 10_000,
        parts: 100,
      },
    })) {
      if (part.type === 'field') {
        fields[part.fieldname] = String(part.value);
        continue;
      }
      const bytes = await readFilePart(part.file, limits.maxPhotoBytes);
      total += bytes.length;
      if (total > limits.maxRequestBytes) throw tooLarge(limits.maxRequestBytes, 'in one request');
      photos.push({ name: shownName(part.filename), bytes });
    }
  } catch (error) {
    if (error instanceof ApiError || (error as { statusCode?: number }).statusCode !== undefined) throw error;
    throw new ApiError(400, 'bad_request', `the multipart body is broken: ${firstLine(error)}`);
  }
  return { photos, fields };
}

const tooLarge = (limit: number, where: string): ApiError =>
  new ApiError(
    413,
    'too_large',
    `expected at most ${limit} bytes ${where}: send a smaller photo, or fewer at once`,
  );

/** A file part's bytes; ends as soon as the limit is passed, not when the part does. */
function readFilePart(file: NodeJS.ReadableStream, limit: number): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    file.on('data', (chunk: Buffer) => chunks.push(chunk));
    file.on('limit', () => reject(tooLarge(limit, 'in one photo')));
    file.on('end', () => resolve(Buffer.concat(chunks)));
    file.on('error', reject);
  });
}

function readBody(request: FastifyRequest): Uploads {
  const query = request.query as Record<string, unknown>;
  const { body } = request;
  if (Buffer.isBuffer(body))
    return { photos: body.length > 0 ? [{ name: shownName(query.name), bytes: body }] : [], fields: {} };
  if (body === null || body === undefined) return { photos: [], fields: {} };
  const { image, images, name, ...rest } = body as Record<string, unknown>;
  const items: unknown[] = Array.isArray(images) ? images : image === undefined ? [] : [{ image, name }];
  const fields = Object.fromEntries(
    Object.entries(rest).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
  return { photos: items.map(readJsonPhoto), fields };
}

function readJsonPhoto(item: unknown): Upload {
  const { image, name } =
    typeof item === 'string' ? { image: item, name: '' } : ((item ?? {}) as Record<string, unknown>);
  if (typeof image !== 'string')
    throw new ApiError(400, 'bad_request', `expected "image" as base64 text, received ${typeof image}`);
  return { name: shownName(name), bytes: decodeBase64(image) };
}

/**
 * Bytes of base64 text, with or without a `data:` prefix.
 *
 * @throws ApiError 400 `bad_request` where a character is none of base64.
 */
export function decodeBase64(text: string): Buffer {
  const start = text.startsWith('data:') ? text.indexOf(',') + 1 : 0;
  const payload = start > 0 ? text.slice(start) : text;
  if (/[^A-Za-z0-9+/=_\s-]/.test(payload))
    throw new ApiError(400, 'bad_request', 'expected base64 in "image", received other characters');
  return Buffer.from(payload, 'base64');
}
