import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { ApiError } from '../api-error';
import type { AppContext } from '../context';
import { FlagFile } from '../flag-file';
import { readPhoto } from '../read-photo';
import { decodeBase64 } from '../read-uploads';
import { flagBody, responses } from './schemas';

interface FlagBody {
  sha256: string;
  correction: string;
  comment: string;
  image?: string;
}

/** Corrections that are no breed of the model. */
const OTHER_CORRECTIONS = ['', 'other', 'not_a_dog'];

/** `POST /api/flag`: the row is on the disk before the answer is sent. */
export function flagRoutes(server: FastifyInstance, app: AppContext): void {
  let file: Promise<FlagFile> | null = null;
  /** The CSV is made at the first flag; a failing open is tried again at the next. */
  const openFlags = () => {
    file ??= FlagFile.open(app.flagFile).catch((error) => {
      file = null;
      throw error;
    });
    return file;
  };
  server.addHook('onClose', async () => (await file)?.close());

  server.post(
    '/api/flag',
    {
      schema: {
        summary: 'Say that a prediction is wrong',
        description:
          'Appends hash, prediction and correction to the flag CSV; 200 means that the row is on the disk.',
        body: flagBody,
        response: responses({
          type: 'object',
          properties: { flagged: { type: 'boolean' }, photo: { type: 'string' } },
        }),
      },
    },
    async (request) => {
      const { sha256, correction, comment, image } = request.body as FlagBody;
      const answer = app.memory.recall(sha256);
      if (!answer)
        throw new ApiError(
          404,
          'unknown_photo',
          `expected the hash of a predicted photo, received ${sha256}: predict it first`,
        );
      if (!OTHER_CORRECTIONS.includes(correction) && !app.inference.require().classNames.includes(correction))
        throw new ApiError(
          400,
          'unknown_breed',
          `expected a breed of the model, "other" or "not_a_dog", received "${correction}"`,
        );
      const photo = image && app.photoFolder ? await keepPhoto(app, app.photoFolder, sha256, image) : '';
      const flags = await openFlags();
      await flags.append({
        sha256,
        file: answer.file,
        predicted: answer.top[0].breed,
        probability: answer.top[0].probability,
        notSure: answer.verdict === 'not_sure',
        notADog: answer.verdict === 'not_a_dog',
        correction,
        comment,
        photo,
      });
      app.metrics.flags.inc();
      return { flagged: true, photo };
    },
  );
}

/** Writes a flagged photo under its own hash; no part of the name comes from the request. */
async function keepPhoto(app: AppContext, folder: string, sha256: string, image: string): Promise<string> {
  const bytes = decodeBase64(image);
  const photo = await readPhoto(bytes, '', app.limits);
  if (photo.sha256 !== sha256)
    throw new ApiError(
      400,
      'bad_request',
      'expected the photo that has the hash in "sha256", received another',
    );
  const name = `${photo.sha256}.${photo.format === 'jpeg' ? 'jpg' : photo.format}`;
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  const handle = await open(`${path}.tmp`, 'w');
  try {
    await handle.writeFile(bytes);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(`${path}.tmp`, path);
  return name;
}
