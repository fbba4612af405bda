import Type from 'typebox';
import { defineRoute } from '../server/define-route';

/** Whether photos can be predicted. */
export const health = defineRoute({
  route: 'GET /healthz',
  summary: '200 when photos can be predicted, 503 while the model loads',
  answer: Type.Object({
    status: Type.Enum(['ok', 'loading', 'failed']),
    message: Type.String({ description: 'What is being waited for, or why nothing can be served.' }),
  }),
  serve:
    (app) =>
    async ({ reply }) => {
      const { info, failure, status } = app.inference;
      const health = {
        status: info ? ('ok' as const) : failure ? ('failed' as const) : ('loading' as const),
        message: failure ?? status,
      };
      // A 503 here is no refusal: it keeps its own body, past the schema of refusals.
      if (!info) reply.code(503).header('retry-after', '5').serializer(JSON.stringify);
      return health;
    },
});

/** Prometheus metrics. */
export const metrics = defineRoute({
  route: 'GET /metrics',
  summary: 'Prometheus metrics',
  answer: Type.String(),
  produces: 'text/plain; version=0.0.4; charset=utf-8',
  serve: (app) => () => app.metrics.registry.metrics(),
});

/** The model, the engine and the limits. */
export const info = defineRoute({
  route: 'GET /api/info',
  summary: 'The model, the engine and the limits',
  answer: Type.Object({
    ready: Type.Boolean(),
    status: Type.String(),
    breeds: Type.Array(Type.String()),
    model: Type.String(),
    backbone: Type.Union([Type.String(), Type.Null()]),
    source: Type.String(),
    engine: Type.String(),
    metrics: Type.Record(Type.String(), Type.Number()),
    notSureBelow: Type.Number(),
    tellsNonDogs: Type.Boolean(),
    keepsPhotos: Type.Boolean(),
    limits: Type.Object({
      maxPhotoBytes: Type.Number(),
      maxRequestBytes: Type.Number(),
      maxPixels: Type.Number(),
      maxPhotos: Type.Number(),
      maxPending: Type.Number(),
      timeoutMs: Type.Number(),
    }),
  }),
  serve: (app) => async () => {
    const { info, failure, status } = app.inference;
    return {
      ready: info !== null,
      status: failure ?? status,
      breeds: info?.classNames ?? [],
      model: info?.description ?? '',
      backbone: info?.backbone ?? null,
      source: info?.source ?? '',
      engine: info?.engine ?? '',
      metrics: info?.metrics ?? {},
      notSureBelow: info?.notSureBelow ?? 0,
      tellsNonDogs: info?.tellsNonDogs ?? false,
      keepsPhotos: app.photoFolder !== null,
      limits: app.limits,
    };
  },
});

/** The OpenAPI document of all routes. */
export const openapi = defineRoute({
  route: 'GET /openapi.json',
  summary: 'This document',
  hidden: true,
  answer: Type.Unknown(),
  serve: (_app, server) => async () => server.swagger(),
});
