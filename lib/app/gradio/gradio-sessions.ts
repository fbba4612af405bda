import type { ServerResponse } from 'node:http';
import { ApiError } from '../server/api-error';

/** A message of Gradio's queue, e.g. `{ msg: 'process_completed', event_id, output, success }`. */
export type GradioMessage = { msg: string; event_id?: string } & Record<string, unknown>;

interface Session {
  pending: GradioMessage[];
  stream: ServerResponse | null;
  /** Events that have not completed. */
  open: Set<string>;
  expiry: NodeJS.Timeout | null;
}

const MAX_SESSIONS = 1000;
const KEEP_MS = 60_000;
const HEARTBEAT_MS = 15_000;

/**
 * Gradio's event streams: each client session reads one stream (`queue/data`) on which the messages of all its events
 * arrive; messages that come before the stream opens wait for it.
 */
export class GradioSessions {
  private readonly sessions = new Map<string, Session>();
  private readonly heartbeat = setInterval(() => {
    for (const { stream } of this.sessions.values()) stream?.write('data: {"msg": "heartbeat"}\n\n');
  }, HEARTBEAT_MS).unref();

  /**
   * Notes that an event has begun.
   *
   * @throws ApiError 503 `busy` when too many sessions are open.
   */
  begin(sessionHash: string, eventId: string): void {
    let session = this.sessions.get(sessionHash);
    if (!session) {
      if (this.sessions.size >= MAX_SESSIONS)
        throw new ApiError(503, 'busy', `${MAX_SESSIONS} sessions are open: try again`, 10);
      session = { pending: [], stream: null, open: new Set(), expiry: null };
      this.sessions.set(sessionHash, session);
    }
    session.open.add(eventId);
    this.scheduleExpiry(sessionHash, session);
  }

  /** Sends a message to a session's stream, or keeps it until there is one. */
  send(sessionHash: string, message: GradioMessage): void {
    const session = this.sessions.get(sessionHash);
    if (!session) return;
    session.pending.push(message);
    this.flush(sessionHash, session);
  }

  /** Connects the stream on which a client reads; false when the session is unknown. */
  attach(sessionHash: string, stream: ServerResponse): boolean {
    const session = this.sessions.get(sessionHash);
    if (!session) return false;
    session.stream?.end();
    session.stream = stream;
    if (session.expiry) clearTimeout(session.expiry);
    stream.on('close', () => {
      if (session.stream !== stream) return;
      session.stream = null;
      this.scheduleExpiry(sessionHash, session);
    });
    this.flush(sessionHash, session);
    return true;
  }

  /** Ends all streams. */
  close(): void {
    clearInterval(this.heartbeat);
    for (const { stream, expiry } of this.sessions.values()) {
      if (expiry) clearTimeout(expiry);
      stream?.end();
    }
    this.sessions.clear();
  }

  private flush(sessionHash: string, session: Session): void {
    if (!session.stream) return;
    for (const message of session.pending.splice(0)) {
      session.stream.write(`data: ${JSON.stringify(message)}\n\n`);
      if (message.msg === 'process_completed' && message.event_id) session.open.delete(message.event_id);
    }
    if (session.open.size > 0) return;
    session.stream.end('data: {"msg": "close_stream", "event_id": null}\n\n');
    if (session.expiry) clearTimeout(session.expiry);
    this.sessions.delete(sessionHash);
  }

  private scheduleExpiry(sessionHash: string, session: Session): void {
    if (session.expiry) clearTimeout(session.expiry);
    if (session.stream) return;
    session.expiry = setTimeout(() => this.sessions.delete(sessionHash), KEEP_MS);
    session.expiry.unref();
  }
}
