import { readdir } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { FastifyInstance, HTTPMethods, onRequestAsyncHookHandler } from 'fastify';
import Type, { type TSchema } from 'typebox';
import { ApiError } from './api-error';
import type { AppContext } from './context';
import { isRoute, type Route, type RouteCall } from './define-route';
import { readUploads } from './read-uploads';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The body is a photo or several. */
    photos?: boolean;
  }
}

const FOLDER = join(__dirname, '..', 'routes');

/** Body of every refusal. */
const Refusal = Type.Object(
  { error: Type.Object({ code: Type.String(), message: Type.String() }) },
  { description: 'A refusal: a stable code and a sentence for people.' },
);
const REFUSALS = Object.fromEntries(
  [400, 401, 403, 404, 413, 415, 422, 503, 507].map((status) => [status, Refusal]),
);

const PHOTO_BODY = {
  content: {
    'multipart/form-data': {
      schema: Type.Object({ photo: Type.Array(Type.String({ format: 'binary' })) }),
    },
    'application/json': {
      schema: Type.Object({
        image: Type.Optional(Type.String({ description: 'A photo as base64 or data URL.' })),
        name: Type.Optional(Type.String()),
        images: Type.Optional(Type.Array(Type.Unknown(), { description: 'Several, instead of `image`.' })),
      }),
    },
    'application/octet-stream': { schema: Type.String({ format: 'binary' }) },
  },
};

/** All routes that the files of `lib/app/routes` export, by file and export name. */
export async function findRoutes(): Promise<Route[]> {
  const files = (await readdir(FOLDER)).filter((name) => /\.[jt]s$/.test(name)).sort();
  const modules = await Promise.all(
    files.map((name) => import(`../routes/${parse(name).name}`) as Promise<Record<string, unknown>>),
  );
  return modules.flatMap((module) => Object.values(module).filter(isRoute));
}

/** Serves a route: its schemas check requests and write answers, its handler answers. */
export function serveRoute(server: FastifyInstance, app: AppContext, { definition }: Route): void {
  const { route, params, query, body, photos, answer, produces, guard } = definition;
  const [method = '', url = ''] = route.split(' ');
  const handle = definition.serve(app, server);
  const onRequest: onRequestAsyncHookHandler = async (request) => guard?.(app, request);
  server.route({
    method: method as HTTPMethods,
    url,
    onRequest,
    config: { photos: photos !== undefined },
    schema: {
      summary: definition.summary,
      ...(definition.description && { description: definition.description }),
      ...(definition.hidden && { hide: true }),
      ...(params && { params }),
      ...(query && { querystring: query }),
      ...(body && { body }),
      ...(produces && { produces: [produces] }),
      response: { 200: answer, ...REFUSALS },
    },
    handler: async (request, reply) => {
      const call: Record<string, unknown> = {
        params: request.params,
        query: request.query,
        body: request.body,
        request,
        reply,
      };
      if (photos) {
        const uploads = await readUploads(request, app.limits);
        const [photo, ...others] = uploads.photos;
        if (photos === 'one' && others.length > 0)
          throw new ApiError(400, 'too_many_photos', `expected one photo, received ${uploads.photos.length}`);
        Object.assign(call, uploads, { photo });
      }
      const result = await handle(
        call as unknown as RouteCall<TSchema, TSchema, TSchema, 'one'> & { photos: [] },
      );
      if (produces && !reply.sent) reply.type(produces);
      return result;
    },
  });
}

/** What the OpenAPI document says of a route: bodies with photos are described, not validated. */
export function documentRoute(route: { config?: unknown }, schema: unknown): Record<string, unknown> {
  const takesPhotos = (route.config as { photos?: boolean } | undefined)?.photos === true;
  return { ...(schema as object), ...(takesPhotos && { body: PHOTO_BODY }) };
}
