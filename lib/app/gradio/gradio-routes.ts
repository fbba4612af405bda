import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { answerPhoto } from '../photos/answer-photo';
import { ApiError } from '../server/api-error';
import type { AppContext } from '../server/context';
import { decodeBase64, readUploads, shownName, type Upload } from '../server/read-uploads';
import { GRADIO_PREFIX, gradioConfig, gradioInfo } from './gradio-config';
import { GradioSessions } from './gradio-sessions';
import { UploadMemory } from './upload-memory';

interface JoinBody {
  data?: unknown[];
  fn_index?: number;
  session_hash?: string;
}

const SSE_HEADERS = {
  'content-type': 'text/event-stream',
  'cache-control': 'no-store',
  'x-accel-buffering': 'no',
};

/**
 * The routes that `@gradio/client` (npm) and `gradio_client` (PyPI) call on `connect` and `predict('/predict', ...)`,
 * and the plain `call/predict` of Gradio's curl guide. Answers are a Label: `{ label, confidences: [{ label,
 * confidence }] }`.
 */
export function gradioRoutes(server: FastifyInstance, app: AppContext): void {
  const uploads = new UploadMemory();
  const sessions = new GradioSessions();
  const appId = randomBytes(8).toString('hex');
  // Open streams would keep a closing server waiting: they end when what runs has been answered.
  server.addHook('preClose', async () => {
    await app.queue.drained();
    sessions.close();
  });
  const hidden = { schema: { hide: true } };
  const own = (request: FastifyRequest) => `${request.protocol}://${request.host}`;

  const predict = async (body: JoinBody | undefined): Promise<() => Promise<unknown[]>> => {
    if (!Array.isArray(body?.data) || body.data.length !== 1)
      throw new ApiError(422, 'bad_request', 'expected "data" with one photo');
    if (body.fn_index !== undefined && body.fn_index !== 0)
      throw new ApiError(422, 'bad_request', `expected fn_index 0, received ${body.fn_index}`);
    const upload = takeUpload(uploads, body.data[0]);
    app.inference.require();
    const release = app.queue.reserve();
    return async () => {
      try {
        const { top } = await answerPhoto(app, upload);
        const confidences = top.map(({ breed, probability }) => ({ label: breed, confidence: probability }));
        return [{ label: top[0]?.breed ?? '', confidences }];
      } finally {
        release();
      }
    };
  };

  const join = async (body: JoinBody, sessionHash: string): Promise<string> => {
    const run = await predict(body);
    const eventId = randomBytes(16).toString('hex');
    sessions.begin(sessionHash, eventId);
    const started = performance.now();
    const send = (msg: string, rest: object) =>
      sessions.send(sessionHash, { msg, event_id: eventId, ...rest });
    send('estimation', { rank: 0, queue_size: app.queue.pending, rank_eta: app.queue.retryAfterS });
    send('process_starts', { eta: app.queue.retryAfterS });
    void run().then(
      (data) => {
        const duration = (performance.now() - started) / 1000;
        const output = { data, is_generating: false, duration, average_duration: duration };
        send('process_completed', { output, success: true });
      },
      (error) => send('process_completed', { output: { error: messageOf(error) }, success: false }),
    );
    return eventId;
  };

  const openStream = (reply: FastifyReply, sessionHash: string): void => {
    reply.hijack();
    reply.raw.writeHead(200, SSE_HEADERS);
    if (!sessions.attach(sessionHash, reply.raw))
      reply.raw.end(
        `data: ${JSON.stringify({ msg: 'unexpected_error', event_id: null, message: 'Session not found.', session_not_found: true, success: false })}\n\n`,
      );
  };

  server.get('/config', hidden, async (request) => gradioConfig(own(request), appId));
  server.register(
    async (api) => {
      // Gradio's clients expect FastAPI's error body.
      api.setErrorHandler((error, _request, reply) => {
        const known = error instanceof ApiError ? error : null;
        if (!known && (error as { statusCode?: number }).statusCode === undefined) console.error(error);
        if (known?.retryAfterS) reply.header('retry-after', String(known.retryAfterS));
        const status = known?.status ?? (error as { statusCode?: number }).statusCode ?? 500;
        return reply.code(status).send({ detail: messageOf(error), error: messageOf(error) });
      });
      api.get('/info', hidden, async () => gradioInfo);
      api.get('/app_id', hidden, async () => ({ app_id: appId }));
      api.get('/startup-events', hidden, async () => ({ success: true }));
      api.post('/cancel', hidden, async () => ({ success: true }));
      api.post('/reset', hidden, async () => ({ success: true }));
      api.post('/upload', hidden, async (request) =>
        (await readUploads(request, app.limits)).photos.map((photo) => uploads.put(photo)),
      );
      api.post('/queue/join', hidden, async (request) => {
        const body = (request.body ?? {}) as JoinBody;
        if (typeof body.session_hash !== 'string' || !/^[\w-]{1,100}$/.test(body.session_hash))
          throw new ApiError(422, 'bad_request', 'expected a session_hash');
        return { event_id: await join(body, body.session_hash) };
      });
      api.get('/queue/data', hidden, (request, reply) => {
        openStream(reply, String((request.query as { session_hash?: string }).session_hash));
      });
      api.get('/heartbeat/:session', hidden, (_request, reply) => {
        reply.hijack();
        reply.raw.writeHead(200, SSE_HEADERS);
        reply.raw.end('data: ALIVE\n\n');
      });
      for (const path of ['/run/predict', '/api/predict'])
        api.post(path, hidden, async (request) => {
          const run = await predict(request.body as JoinBody);
          return { data: await run(), is_generating: false };
        });
      callRoutes(api, predict);
    },
    { prefix: GRADIO_PREFIX },
  );
}

/** `POST call/predict` gives an event id, `GET call/predict/<id>` its result: Gradio's way for curl. */
function callRoutes(
  api: FastifyInstance,
  predict: (body: JoinBody | undefined) => Promise<() => Promise<unknown[]>>,
): void {
  const results = new Map<string, Promise<string>>();
  const hidden = { schema: { hide: true } };
  api.post('/call/predict', hidden, async (request) => {
    const run = await predict(request.body as JoinBody);
    const eventId = randomBytes(16).toString('hex');
    results.set(
      eventId,
      run().then(
        (data) => `event: complete\ndata: ${JSON.stringify(data)}\n\n`,
        (error) => `event: error\ndata: ${JSON.stringify(messageOf(error))}\n\n`,
      ),
    );
    setTimeout(() => results.delete(eventId), 60_000).unref();
    return { event_id: eventId };
  });
  api.get('/call/predict/:event', hidden, async (request, reply) => {
    const { event } = request.params as { event: string };
    const result = results.get(event);
    if (!result)
      throw new ApiError(404, 'not_found', 'expected the event_id of a call, at most a minute old');
    results.delete(event);
    return reply.headers(SSE_HEADERS).send(await result);
  });
}

/** The photo that a Gradio FileData names: an upload of before, or a data URL. Nothing else is fetched or opened. */
function takeUpload(uploads: UploadMemory, item: unknown): Upload {
  const { path, url, orig_name } = (typeof item === 'string' ? { url: item } : (item ?? {})) as Record<
    string,
    unknown
  >;
  const stored = typeof path === 'string' ? uploads.get(path) : undefined;
  if (stored) return { ...stored, name: shownName(orig_name) || stored.name };
  for (const text of [url, path])
    if (typeof text === 'string' && text.startsWith('data:')) return { name: '', bytes: decodeBase64(text) };
  throw new ApiError(
    422,
    'bad_request',
    'expected an uploaded photo or a data URL: other addresses are not fetched',
  );
}

const messageOf = (error: unknown): string =>
  error instanceof ApiError || Number((error as { statusCode?: number }).statusCode) < 500
    ? (error as Error).message
    : 'something went wrong on the server; its log says what';
