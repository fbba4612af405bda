declare module 'heic-decode' {
  /** Decodes the first picture of a HEIC file, upright, to RGBA. */
  export default function decode(input: {
    buffer: ArrayBufferLike;
  }): Promise<{ width: number; height: number; data: Uint8ClampedArray }>;
}
