import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a request asked for, and what to do about it. */
export type Answer = (request: IncomingMessage, response: ServerResponse, count: number) => void;

/** A server on 127.0.0.1 and the requests that it got. */
export interface FileServer {
  url: string;
  requests: { path: string; range?: string; ifRange?: string }[];
  close(): Promise<void>;
}

/** Starts a server for one test; `answer` is called with the number of the request, from 1. */
export async function startFileServer(answer: Answer): Promise<FileServer> {
  const requests: FileServer['requests'] = [];
  const server = createServer((request, response) => {
    const { range, 'if-range': ifRange } = request.headers;
    requests.push({ path: request.url ?? '', range, ifRange: ifRange as string | undefined });
    answer(request, response, requests.length);
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    requests,
    close: () =>
      new Promise((closed) => {
        server.closeAllConnections();
        server.close(() => closed());
      }),
  };
}

/**
 * Answers with a file as a good server does: ETag, Range, If-Range.
 *
 * @param stopAfter bytes after which the connection is cut
 */
export function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  content: Buffer,
  { etag = '"v1"', stopAfter }: { etag?: string; stopAfter?: number } = {},
): void {
  const { range, 'if-range': ifRange } = request.headers;
  const start = range && (!ifRange || ifRange === etag) ? Number(/\d+/.exec(range)?.[0]) : 0;
  const body = content.subarray(start);
  const headers: Record<string, string | number> = { etag, 'content-length': body.length };
  if (start > 0) headers['content-range'] = `bytes ${start}-${content.length - 1}/${content.length}`;
  response.writeHead(start > 0 ? 206 : 200, headers);
  if (stopAfter === undefined || stopAfter >= body.length) response.end(body);
  else response.write(body.subarray(0, stopAfter), () => setTimeout(() => response.destroy(), 20));
}
