import sharp from 'sharp';
import Type from 'typebox';
import { decodeForModel, roomOfImages } from '../photos/decode-for-model';
import { heatMapPng } from '../photos/heat-map-png';
import { readPhoto } from '../photos/read-photo';
import { ApiError } from '../server/api-error';
import { defineRoute } from '../server/define-route';
import { refuseEarly } from '../server/refuse-early';

/** Explanations that may wait; each costs as much as dozens of predictions. */
const MOST_WAITING = 4;

/** Where the model looked. */
export const interpret = defineRoute({
  route: 'POST /api/interpret',
  summary: 'Where the model looked in one photo',
  description: 'Takes a photo as /api/predict does; `?breed=` asks for another breed than the first choice.',
  query: Type.Object({
    name: Type.Optional(Type.String({ maxLength: 200 })),
    breed: Type.Optional(Type.String({ maxLength: 100 })),
  }),
  photos: 'one',
  answer: Type.Object({
    breed: Type.String(),
    probability: Type.Number(),
    gradCam: Type.String({
      description: 'Grad-CAM as a transparent PNG (data URL), to lay over the photo.',
    }),
    occlusion: Type.String({ description: 'Occlusion map, likewise.' }),
  }),
  guard: refuseEarly,
  serve(app) {
    let explaining: Promise<unknown> = Promise.resolve();
    let waiting = 0;
    return async ({ photo: upload, fields, query }) => {
      const model = app.inference.require();
      const breed = query.breed || fields.breed || null;
      if (breed !== null && !model.classNames.includes(breed))
        throw new ApiError(400, 'unknown_breed', `expected one of the model's breeds, received ${breed}`);
      if (waiting >= MOST_WAITING)
        throw new ApiError(503, 'busy', `${waiting} photos are being interpreted: try again`, 5);
      waiting++;
      try {
        const photo = await readPhoto(upload.bytes, upload.name, app.limits);
        const image = await decodeForModel(photo, model, app.limits.maxPixels);
        // One at a time.
        const turn = explaining.then(() => app.inference.explain(image, breed));
        explaining = turn.catch(() => undefined);
        const { gradCam, occlusion, ...rest } = await turn;
        const { autoOrient: upright = photo } = await sharp(photo.bytes)
          .metadata()
          .catch(() => ({ autoOrient: photo }));
        const { shownPart } = await roomOfImages();
        const part = shownPart(model.input, upright);
        return {
          ...rest,
          gradCam: await heatMapPng(gradCam, part),
          occlusion: await heatMapPng(occlusion, part),
        };
      } finally {
        waiting--;
      }
    };
  },
});
