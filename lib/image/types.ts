/** A picture: red, green and blue, 0..255, row by row, pixel by pixel (HWC). */
export interface RgbImage {
  /** `width * height * 3` values. */
  data: Uint8Array;
  /** px */
  width: number;
  /** px */
  height: number;
}
