import Type from 'typebox';
import type { FoundPhoto } from '../../catalogue/index';
import { ApiError } from '../server/api-error';
import { requireCatalogue, requirePerson } from '../server/catalogue-access';
import { defineRoute } from '../server/define-route';

const CACHE_BYTES = 64 * 2 ** 20;

/** A photo as a small JPEG. */
export const cataloguePhoto = defineRoute({
  route: 'GET /api/catalogue/photos/:sha256',
  summary: 'A photo of the catalogue as a small JPEG without metadata',
  params: Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }) }),
  query: Type.Object({
    size: Type.Union([Type.Literal('small'), Type.Literal('large')], { default: 'large' }),
  }),
  answer: Type.Unknown(),
  produces: 'image/jpeg',
  guard: (app, request) => void requirePerson(app, request, 'view'),
  serve: (app) => {
    const cache = new Map<string, Buffer>();
    let bytes = 0;
    return async ({ params, query, reply }) => {
      const key = `${params.sha256} ${query.size}`;
      const known = cache.get(key);
      const { catalogue, room } = requireCatalogue(app);
      const picture =
        known ??
        (await room.readThumbnail(catalogue, params.sha256, query.size).catch((error: Error) => {
          throw new ApiError(422, 'unreadable_photo', error.message.split('\n', 1)[0] ?? '');
        }));
      if (!picture)
        throw new ApiError(
          404,
          'unknown_photo',
          `expected the hash of a photo that is there, received ${params.sha256}`,
        );
      cache.delete(key); // the latest used is the last
      cache.set(key, picture);
      if (!known) bytes += picture.length;
      for (const [oldest, old] of cache) {
        if (bytes <= CACHE_BYTES) break;
        cache.delete(oldest);
        bytes -= old.length;
      }
      reply.header('cache-control', 'private, max-age=3600');
      return picture;
    };
  },
});

const PAGE_SIZE = 60;

/** Photos of the catalogue, by words. */
export const catalogueGallery = defineRoute({
  route: 'GET /api/catalogue/photos',
  summary: 'Photos that fit, a page at a time; or groups of near duplicates',
  query: Type.Object({
    query: Type.String({ maxLength: 500, default: 'any' }),
    page: Type.Integer({ minimum: 0, maximum: 1_000_000, default: 0 }),
    duplicates: Type.Boolean({ default: false }),
  }),
  answer: Type.Object({
    photos: Type.Array(
      Type.Object({
        sha256: Type.String(),
        path: Type.String(),
        decision: Type.Union([Type.String(), Type.Null()]),
        breed: Type.Union([Type.String(), Type.Null()]),
        probability: Type.Union([Type.Number(), Type.Null()]),
        source: Type.Union([Type.String(), Type.Null()]),
        group: Type.Union([Type.Number(), Type.Null()]),
      }),
    ),
    more: Type.Boolean(),
  }),
  guard: (app, request) => void requirePerson(app, request, 'view'),
  serve:
    (app) =>
    async ({ query: { query, page, duplicates } }) => {
      const { catalogue, room } = requireCatalogue(app);
      let found: FoundPhoto[];
      try {
        const limit = (page + 1) * PAGE_SIZE + 1;
        found = duplicates
          ? room.findDuplicates(catalogue).flat().slice(0, limit)
          : [...room.findPhotos(catalogue, { query: query.trim() || 'any', limit })];
      } catch (error) {
        throw new ApiError(400, 'bad_request', (error as Error).message);
      }
      const shown = found.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
      return {
        photos: shown.flatMap(({ sha256, root, path, decision, breed, probability, source, group }) =>
          sha256
            ? [
                {
                  sha256,
                  path: room.showName(`${root}/${path}`),
                  decision,
                  breed,
                  probability,
                  source,
                  group: group ?? null,
                },
              ]
            : [],
        ),
        more: found.length > (page + 1) * PAGE_SIZE,
      };
    },
});
