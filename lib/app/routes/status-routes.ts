import type { FastifyInstance } from 'fastify';
import type { AppContext } from '../context';
import { infoAnswer } from './schemas';

/** `GET /healthz`, `/metrics`, `/api/info` and `/openapi.json`. */
export function statusRoutes(server: FastifyInstance, app: AppContext): void {
  server.get(
    '/healthz',
    {
      schema: {
        summary: '200 when photos can be predicted, 503 while the model loads',
        response: {
          '2xx': { type: 'object', additionalProperties: true },
          503: { type: 'object', additionalProperties: true },
        },
      },
    },
    async (_request, reply) => {
      const { info, failure, status } = app.inference;
      if (!info) reply.code(503).header('retry-after', '5');
      return { status: info ? 'ok' : failure ? 'failed' : 'loading', message: failure ?? status };
    },
  );

  server.get('/metrics', { schema: { summary: 'Prometheus metrics' } }, async (_request, reply) => {
    reply.type(app.metrics.registry.contentType);
    return app.metrics.registry.metrics();
  });

  server.get(
    '/api/info',
    { schema: { summary: 'The model, the engine and the limits', response: { 200: infoAnswer } } },
    async () => {
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
  );

  server.get('/openapi.json', { schema: { hide: true } }, async () => server.swagger());
}
