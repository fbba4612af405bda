import helmet from '@fastify/helmet';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { gradioRoutes } from '../gradio/gradio-routes';
import { ApiError, errorBody } from './api-error';
import { serveCataloguePages } from './catalogue-pages';
import type { AppContext } from './context';
import type { Route } from './define-route';
import { servePage } from './page-files';
import { checkHost, checkLength, checkOrigin } from './request-checks';
import { documentRoute, findRoutes, serveRoute } from './serve-routes';
import { toApiError } from './to-api-error';
import { validateRequest } from './validate-request';

/** Options of {@link buildServer}. */
export interface BuildOptions {
  /**
   * Host names that requests may carry, without port; empty: any. On a loopback address this stops other sites' pages
   * from reaching the app through a rebound DNS name.
   */
  allowedHosts: string[];
  /** The routes of the API; absent: those of `lib/app/routes`. */
  routes?: Route[];
}

/**
 * The HTTP server over a running model, not yet listening: page, API, Gradio protocol, metrics, security headers.
 *
 * @example const server = await buildServer(context, { allowedHosts: [] }); await server.inject('/healthz');
 */
export async function buildServer(app: AppContext, options: BuildOptions): Promise<FastifyInstance> {
  const server = Fastify({
    bodyLimit: app.limits.maxRequestBytes,
    requestTimeout: 60_000,
    pluginTimeout: 120_000, // bundling the page of reviews takes long on a busy machine
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: 200 },
  });
  server.setValidatorCompiler(validateRequest);
  await server.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'blob:', 'data:'],
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    strictTransportSecurity: false, // the app speaks plain HTTP; a proxy with TLS adds its own
  });
  server.addHook('onRequest', async (request, reply) => {
    reply.header('permissions-policy', 'camera=(self), microphone=(), geolocation=()');
    checkHost(request, options.allowedHosts);
    checkOrigin(request);
    checkLength(request, app.limits.maxRequestBytes);
  });
  server.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'none';
    app.metrics.requests.inc({ route, method: request.method, status: reply.statusCode });
    app.metrics.requestSeconds.observe({ route }, reply.elapsedTime / 1000);
  });
  server.setErrorHandler((error: FastifyError, _request, reply) => {
    const known = toApiError(error);
    if (known.status >= 500 && known.code === 'internal') console.error(error);
    if (known.status === 413) reply.header('connection', 'close'); // what else comes is not read
    if (known.retryAfterS !== undefined) reply.header('retry-after', String(known.retryAfterS));
    return reply.code(known.status).type('application/json; charset=utf-8').send(errorBody(known));
  });
  server.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .send(
        errorBody(
          new ApiError(404, 'not_found', `there is no ${request.method} ${request.url.split('?')[0]}`),
        ),
      ),
  );

  await server.register(multipart);
  // Anything but multipart and JSON is taken for the photo itself: its bytes say what it is.
  server.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  await server.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'dog-breed-notebooks',
        description: 'Breeds of dogs in photos. Refusals are `{ error: { code, message } }`.',
        version: '1.0.0',
      },
    },
    transform: ({ schema, url, route }) => ({ schema: documentRoute(route, schema), url }),
  });
  const routes = options.routes ?? (await findRoutes());
  await server.register(async (scope) => {
    for (const route of routes) serveRoute(scope, app, route);
    gradioRoutes(scope, app);
    await servePage(scope);
    await serveCataloguePages(scope, app);
  });
  return server;
}
