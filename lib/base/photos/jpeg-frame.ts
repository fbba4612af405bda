/** What a JPEG says of its picture before it is decoded. */
export interface JpegFrame {
  /** As stored, before EXIF rotation, px. */
  width: number;
  height: number;
  /** Of a pixel: 1 grey, 3 colours, 4 inks. */
  components: number;
}

/**
 * Reads the frame header of a JPEG (ITU-T T.81, B.2.2), without decoding it.
 *
 * @returns undefined for what is no JPEG with 8 bits, or says nothing of its size before its pixels
 * @example readJpegFrame(readFileSync('a.jpg')) // { width: 500, height: 375, components: 3 }
 */
export function readJpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  const word = (at: number) => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  if (word(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 9 < bytes.length && bytes[at] === 0xff; ) {
    const marker = bytes[at + 1] ?? 0;
    if (marker === 0xff) at += 1;
    else if (isFrame(marker)) {
      const frame = { height: word(at + 5), width: word(at + 7), components: bytes[at + 9] ?? 0 };
      return bytes[at + 4] === 8 && frame.width > 0 && frame.height > 0 ? frame : undefined;
    } else if (marker === START_OF_SCAN || marker < 0xc0) return undefined;
    else at += 2 + word(at + 2);
  }
  return undefined;
}

const START_OF_SCAN = 0xda;

/** SOF0..SOF15, without the tables that stand among them. */
const isFrame = (marker: number): boolean =>
  marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
