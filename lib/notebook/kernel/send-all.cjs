// Keeps output complete and cheap. tslab sends every write as a message of its own and does not wait, and zeromq
// refuses messages (silently here) after some 500 in one turn of the event loop.
const STREAM_CHARACTERS = 16_384;
const STREAM_PAUSE_MS = 50;

/**
 * Makes every `send` of a zeromq socket complete at once: without a limit on what waits (high-water mark 0), and
 * without a timeout, which is what makes zeromq put off every send after the first 512 of a turn.
 */
function sendAtOnce(socket) {
  socket.linger = 1000;
  if ('sendHighWaterMark' in socket) socket.sendHighWaterMark = 0;
  if ('sendTimeout' in socket) socket.sendTimeout = 0;
}

/**
 * Joins writes to stdout and stderr that come fast, in order.
 *
 * @param publish (name, text) => void
 * @returns { write(name, text), flush() }; flush before anything else is published
 */
function joinStreams(publish) {
  let name = '';
  let text = '';
  let since = 0;
  let scheduled = false;
  const flush = () => {
    if (text === '') return;
    const joined = text;
    text = '';
    since = Date.now();
    publish(name, joined);
  };
  const write = (stream, chunk) => {
    if (stream !== name) flush();
    name = stream;
    text += chunk;
    if (text.length >= STREAM_CHARACTERS || Date.now() - since >= STREAM_PAUSE_MS) return flush();
    if (!scheduled) {
      scheduled = true;
      setImmediate(() => {
        scheduled = false;
        flush();
      });
    }
  };
  return { write, flush };
}

module.exports = { joinStreams, sendAtOnce };
