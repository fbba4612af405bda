import type { FastifyInstance, FastifyReply } from 'fastify';
import { ApiError, errorBody } from '../api-error';
import type { AppContext } from '../context';
import { heatMapPng } from '../heat-map-png';
import { answerPhoto, decodeForModel } from '../inference/answer-photo';
import { readPhoto } from '../read-photo';
import { readUploads } from '../read-uploads';
import { interpretAnswer, predictAnswer, responses } from './schemas';

const CONSUMES = ['multipart/form-data', 'application/json', 'image/*', 'application/octet-stream'];

/** Aborted when the client goes away before its answer. */
export function disconnectSignal(reply: FastifyReply): AbortSignal {
  const controller = new AbortController();
  reply.raw.once('close', () => {
    if (!reply.raw.writableFinished)
      controller.abort(new ApiError(400, 'bad_request', 'the client went away'));
  });
  return controller.signal;
}

/** Routes that compute: `POST /api/predict` and `POST /api/interpret`. */
export function predictRoutes(server: FastifyInstance, app: AppContext): void {
  /** A full queue or a loading model says so before the body is read. */
  const refuseEarly = async () => {
    app.inference.require();
    app.queue.reserve()();
  };

  server.post(
    '/api/predict',
    {
      onRequest: refuseEarly,
      schema: {
        summary: 'Breeds of one or several photos',
        description:
          'Send photos as multipart files, one photo as the body (any content type; `?name=` names it), or JSON ' +
          '`{ "image": base64, "name"? }` or `{ "images": [...] }`. One refused photo gives a 4xx; among several it ' +
          'gives an `error` in its place.',
        consumes: CONSUMES,
        querystring: { type: 'object', properties: { name: { type: 'string', maxLength: 200 } } },
        response: responses(predictAnswer),
      },
    },
    async (request, reply) => {
      const started = performance.now();
      const { photos } = await readUploads(request, app.limits);
      const signal = disconnectSignal(reply);
      const release = app.queue.reserve(photos.length);
      try {
        const answers = await Promise.allSettled(photos.map((photo) => answerPhoto(app, photo, signal)));
        if (answers.length === 1 && answers[0].status === 'rejected') throw answers[0].reason;
        const results = answers.map((answer, i) => {
          if (answer.status === 'fulfilled') return answer.value;
          if (answer.reason instanceof ApiError) return { file: photos[i].name, ...errorBody(answer.reason) };
          throw answer.reason;
        });
        return { results, durationMs: round(performance.now() - started) };
      } finally {
        release();
      }
    },
  );

  let explaining: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  server.post(
    '/api/interpret',
    {
      onRequest: refuseEarly,
      schema: {
        summary: 'Where the model looked in one photo',
        description:
          'Takes a photo as /api/predict does; `?breed=` asks for another breed than the first choice.',
        consumes: CONSUMES,
        querystring: {
          type: 'object',
          properties: { name: { type: 'string', maxLength: 200 }, breed: { type: 'string', maxLength: 100 } },
        },
        response: responses(interpretAnswer),
      },
    },
    async (request) => {
      const { photos, fields } = await readUploads(request, app.limits);
      if (photos.length > 1)
        throw new ApiError(400, 'too_many_photos', `expected one photo, received ${photos.length}`);
      const model = app.inference.require();
      const breed = (request.query as { breed?: string }).breed || fields.breed || null;
      if (breed !== null && !model.classNames.includes(breed))
        throw new ApiError(400, 'unknown_breed', `expected one of the model's breeds, received ${breed}`);
      if (waiting >= 4)
        throw new ApiError(503, 'busy', `${waiting} photos are being interpreted: try again`, 5);
      waiting++;
      try {
        const photo = await readPhoto(photos[0].bytes, photos[0].name, app.limits);
        const image = await decodeForModel(photo, model, app.limits.maxPixels);
        // One at a time: an explanation costs as much as dozens of predictions.
        const turn = explaining.then(() => app.inference.explain(image, breed));
        explaining = turn.catch(() => undefined);
        const { gradCam, occlusion, ...rest } = await turn;
        return { ...rest, gradCam: await heatMapPng(gradCam), occlusion: await heatMapPng(occlusion) };
      } finally {
        waiting--;
      }
    },
  );
}

const round = (x: number): number => Math.round(x * 10) / 10;
