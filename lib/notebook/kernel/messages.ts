import { createHmac, randomUUID } from 'node:crypto';

/** Header of a Jupyter message (protocol 5.3). */
export interface MessageHeader {
  msg_id: string;
  msg_type: string;
  session: string;
  username: string;
  date: string;
  version: string;
}

/** A Jupyter message as the runner sends and receives it; without routing identities and buffers. */
export interface Message {
  header: MessageHeader;
  parent_header: Partial<MessageHeader>;
  metadata: Record<string, unknown>;
  content: Record<string, unknown>;
}

const DELIMITER = '<IDS|MSG>';

const sign = (key: string, parts: (string | Buffer)[]): string => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
};

/**
 * A new request message.
 *
 * @param session the client's session id; the same for all its messages
 */
export function createMessage(type: string, content: Record<string, unknown>, session: string): Message {
  return {
    header: {
      msg_id: randomUUID(),
      msg_type: type,
      session,
      username: 'dogbreeds',
      date: new Date().toISOString(),
      version: '5.3',
    },
    parent_header: {},
    metadata: {},
    content,
  };
}

/**
 * A message's frames on the wire, signed with HMAC-SHA256
 * (https://jupyter-client.readthedocs.io/en/stable/messaging.html#the-wire-protocol).
 *
 * @example socket.send(encodeMessage(createMessage('kernel_info_request', {}, session), key))
 */
export function encodeMessage(message: Message, key: string): string[] {
  const parts = [message.header, message.parent_header, message.metadata, message.content].map((part) =>
    JSON.stringify(part),
  );
  return [DELIMITER, sign(key, parts), ...parts];
}

/** A request as a kernel receives it: with the identities by which its answer finds the way back. */
export interface Request extends Message {
  identities: Buffer[];
}

/** The answer to a request. */
export function createReply(request: Message, type: string, content: Record<string, unknown>): Message {
  const { session, username } = request.header;
  const header = { ...createMessage(type, content, session).header, username };
  return { header, parent_header: request.header, metadata: {}, content };
}

/** The request that some frames hold; see {@link decodeMessage}. */
export function decodeRequest(frames: Buffer[], key: string): Request {
  const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
  return { ...decodeMessage(frames, key), identities: frames.slice(0, Math.max(0, start)) };
}

/**
 * The message that some frames hold.
 *
 * @throws Error when the frames are no Jupyter message or the signature does not match `key`
 */
export function decodeMessage(frames: Buffer[], key: string): Message {
  const start = frames.findIndex((frame) => frame.toString() === DELIMITER);
  const parts = frames.slice(start + 2, start + 6);
  if (start < 0 || parts.length < 4)
    throw new Error(`expected a Jupyter message of 6 frames, received ${frames.length} frames`);
  if (sign(key, parts) !== frames[start + 1]?.toString())
    throw new Error('expected a message signed with our key, received another signature');
  const [header, parent_header, metadata, content] = parts.map((part) => JSON.parse(part.toString()));
  return { header, parent_header, metadata, content };
}
