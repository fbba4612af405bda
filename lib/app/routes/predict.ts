import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { answerPhoto } from '../photos/answer-photo';
import { PhotoAnswer, RefusedPhoto } from '../photos/photo-answer';
import { ApiError, errorBody } from '../server/api-error';
import { defineRoute } from '../server/define-route';
import { refuseEarly } from '../server/refuse-early';

/** Aborted when the client goes away before its answer. */
function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      controller.abort(new ApiError(400, 'bad_request', 'the client went away'));
  });
  return controller.signal;
}

/** Breeds of photos. */
export const predict = defineRoute({
  route: 'POST /api/predict',
  summary: 'Breeds of one or several photos',
  description:
    'Send photos as multipart files, one photo as the body (any content type; `?name=` names it), or JSON ' +
    '`{ "image": base64, "name"? }` or `{ "images": [...] }`. One refused photo gives a 4xx; among several it ' +
    'gives an `error` in its place.',
  query: Type.Object({ name: Type.Optional(Type.String({ maxLength: 200 })) }),
  photos: 'several',
  answer: Type.Object({
    results: Type.Array(Type.Union([PhotoAnswer, RefusedPhoto]), {
      description: 'One for each photo, in order; with several photos, a refused one carries `error`.',
    }),
    durationMs: Type.Number({ description: 'Milliseconds on the server.' }),
  }),
  guard: refuseEarly,
  serve:
    (app) =>
    async ({ photos, reply }) => {
      const signal = disconnectSignal(reply);
      const release = app.queue.reserve(photos.length);
      try {
        const answers = await Promise.allSettled(photos.map((photo) => answerPhoto(app, photo, signal)));
        const results = answers.map((answer, i) => {
          if (answer.status === 'fulfilled') return answer.value;
          if (answers.length === 1 || !(answer.reason instanceof ApiError)) throw answer.reason;
          return { file: photos[i]?.name ?? '', ...errorBody(answer.reason) };
        });
        return { results, durationMs: Math.round(10 * reply.elapsedTime) / 10 };
      } finally {
        release();
      }
    },
});
