import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Static, TSchema } from 'typebox';
import type { AppContext } from './context';
import type { Upload } from './read-uploads';

/** Method and path as one literal, e.g. `GET /api/photos/:sha256`. */
export type RouteKey = `${'GET' | 'POST' | 'PUT' | 'DELETE'} /${string}`;

type Part<Name extends string, Schema> = Schema extends TSchema ? { [N in Name]: Static<Schema> } : unknown;
type PhotoPart<Count> = Count extends 'one'
  ? { photo: Upload; fields: Record<string, string> }
  : Count extends 'several'
    ? { photos: Upload[]; fields: Record<string, string> }
    : unknown;

/** What a handler is given: the request's parts, validated and typed by their schemas. */
export type RouteCall<Params, Query, Body, Photos> = Part<'params', Params> &
  Part<'query', Query> &
  Part<'body', Body> &
  PhotoPart<Photos> & { request: FastifyRequest; reply: FastifyReply };

/** All about one route of the HTTP API: see {@link defineRoute}. */
export interface RouteDefinition<Key extends RouteKey, Params, Query, Body, Photos, Answer extends TSchema> {
  /** Method and path; a part like `:sha256` is a parameter and needs `params`. */
  route: Key;
  /** One line for the OpenAPI document. */
  summary: string;
  description?: string;
  /** Schema of the path's parameters; texts are converted to the schema's numbers and booleans. */
  params?: Params;
  /** Schema of the query string, converted likewise. */
  query?: Query;
  /** Schema of a JSON body, which is taken as it is. */
  body?: Body;
  /** Photos in the body, as multipart files, base64 in JSON, or the bytes themselves; instead of `body`. */
  photos?: Photos;
  /** Schema of the answer with status 200. */
  answer: Answer;
  /** Content type of an answer that is a text or bytes; absent: JSON. */
  produces?: string;
  /** Kept out of the OpenAPI document. */
  hidden?: boolean;
  /** Runs before the body is read; throws to refuse. */
  guard?: (app: AppContext, request: FastifyRequest) => void | Promise<void>;
  /**
   * Called once when the server is built; what it returns answers each request. What the route holds between requests
   * lives here; `server.addHook('onClose', ...)` frees it.
   */
  serve(
    app: AppContext,
    server: FastifyInstance,
  ): (call: RouteCall<Params, Query, Body, Photos>) => Promise<Static<Answer> | Buffer>;
}

/** What a client sends to a route. */
export type RouteInput<Params, Query, Body, Photos> = Part<'params', Params> &
  Part<'query', Query> &
  Part<'body', Body> &
  (Photos extends string ? { photo: Blob } : unknown);

/** A defined route; `Input` and `Answer` are types for its clients. */
export interface Route<Key extends RouteKey = RouteKey, Input = unknown, Answer = unknown> {
  readonly definition: RouteDefinition<
    Key,
    TSchema | undefined,
    TSchema | undefined,
    TSchema | undefined,
    'one' | 'several' | undefined,
    TSchema
  >;
  /** Never set: carries the types. */
  readonly types?: { input: Input; answer: Answer };
}

/** Method and path of a route, as its clients write them. */
export type KeyOf<R> = R extends Route<infer Key> ? Key : never;
/** What a route's clients send. */
export type InputOf<R> = R extends Route<RouteKey, infer Input> ? Input : never;
/** What a route's clients get. */
export type AnswerOf<R> = R extends Route<RouteKey, unknown, infer Answer> ? Answer : never;

/**
 * Defines a route of the HTTP API in one place: schemas and handler. Exported from a file of `lib/app/routes`, it is
 * served; validation, the handler's types, the OpenAPI document and the page's typed client (`call`) come from it.
 *
 * @example
 * export const hello = defineRoute({
 *   route: 'GET /api/hello/:name',
 *   summary: 'A greeting',
 *   params: Type.Object({ name: Type.String({ maxLength: 50 }) }),
 *   answer: Type.Object({ text: Type.String() }),
 *   serve: () => async ({ params }) => ({ text: `hello, ${params.name}` }),
 * });
 */
export function defineRoute<
  const Key extends RouteKey,
  Answer extends TSchema,
  Params extends TSchema | undefined = undefined,
  Query extends TSchema | undefined = undefined,
  Body extends TSchema | undefined = undefined,
  Photos extends 'one' | 'several' | undefined = undefined,
>(
  definition: RouteDefinition<Key, Params, Query, Body, Photos, Answer>,
): Route<Key, RouteInput<Params, Query, Body, Photos>, Static<Answer>> {
  return { definition: definition as unknown as Route<Key>['definition'] };
}

/** Whether a module's export is a route. */
export const isRoute = (value: unknown): value is Route =>
  typeof value === 'object' &&
  value !== null &&
  'definition' in value &&
  typeof (value as Route).definition?.serve === 'function';
