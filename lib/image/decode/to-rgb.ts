/**
 * Decoded bytes of one, three or four channels -> RGB: a grey picture may come with one, which is copied, and a picture
 * for print with four.
 *
 * @param inks whether the four channels are cyan, magenta, yellow and black
 */
export function toRgb(data: Buffer, channels: number, inks: boolean): Uint8Array {
  const pixels = new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
  if (inks) return inksToRgb(pixels);
  if (channels === 3) return pixels;
  const rgb = new Uint8Array((pixels.length / channels) * 3);
  for (let from = 0, to = 0; from < pixels.length; from += channels, to += 3)
    for (let c = 0; c < 3; c++) rgb[to + c] = pixels[from + (channels >= 3 ? c : 0)] ?? 0;
  return rgb;
}

/**
 * Cyan, magenta, yellow and black, 0..255 of ink -> RGB: what an ink leaves times what black leaves, as Pillow's
 * `convert('RGB')` (cmyk2rgb of Convert.c), value for value.
 */
function inksToRgb(inks: Uint8Array): Uint8Array {
  const rgb = new Uint8Array((inks.length / 4) * 3);
  for (let from = 0, to = 0; from < inks.length; from += 4, to += 3) {
    const light = 255 - (inks[from + 3] ?? 0);
    for (let c = 0; c < 3; c++) {
      const product = (inks[from + c] ?? 0) * light + 128;
      rgb[to + c] = light - (((product >> 8) + product) >> 8);
    }
  }
  return rgb;
}
