import Type from 'typebox';
import { FlagFile } from '../results/flag-file';
import { keepPhoto } from '../results/keep-photo';
import { ApiError } from '../server/api-error';
import { defineRoute } from '../server/define-route';

/** Corrections that are no breed of the model. */
const OTHER_CORRECTIONS = ['', 'other', 'not_a_dog'];

/** A user's correction: the row is on the disk before the answer is sent. */
export const flag = defineRoute({
  route: 'POST /api/flag',
  summary: 'Say that a prediction is wrong',
  description:
    'Appends hash, prediction and correction to the flag CSV; 200 means that the row is on the disk.',
  body: Type.Object(
    {
      sha256: Type.String({
        pattern: '^[0-9a-f]{64}$',
        description: 'Of a photo that was predicted before.',
      }),
      correction: Type.Optional(
        Type.String({
          maxLength: 100,
          default: '',
          description: 'A breed of the model, `not_a_dog`, `other`, or empty where the user does not know.',
        }),
      ),
      comment: Type.Optional(Type.String({ maxLength: 500, default: '' })),
      image: Type.Optional(
        Type.String({
          description: 'The photo as base64; kept only where the server runs with --keep-photos.',
        }),
      ),
    },
    { additionalProperties: false },
  ),
  answer: Type.Object({ flagged: Type.Boolean(), photo: Type.String() }),
  serve(app, server) {
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

    return async ({ body: { sha256, correction = '', comment = '', image } }) => {
      const answer = app.memory.recall(sha256);
      const best = answer?.top[0];
      if (!answer || !best)
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
      const photo =
        image && app.photoFolder ? await keepPhoto(app.photoFolder, app.limits, sha256, image) : '';
      const flags = await openFlags();
      await flags.append({
        sha256,
        file: answer.file,
        predicted: best.breed,
        probability: best.probability,
        notSure: answer.verdict === 'not_sure',
        notADog: answer.verdict === 'not_a_dog',
        correction,
        comment,
        photo,
      });
      app.metrics.flags.inc();
      return { flagged: true, photo };
    };
  },
});
