import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** What `kernels.as` exports: loops over pixels, 16 bytes at a time. Its arguments are bytes and counts. */
interface Kernels {
  memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  resizeRows(...parameters: number[]): void;
  resizeColumns(...parameters: number[]): void;
  countRgb(source: number, pixels: number): void;
  lookUpRgb(source: number, pixels: number, target: number): void;
  lookUpFloats(...parameters: number[]): void;
  countTile(...parameters: number[]): void;
  countPlane(plane: number, length: number): void;
  tileTable(limit: number, pixels: number, table: number): void;
  equalizationTable(channel: number, pixels: number): void;
  lookUp(plane: number, length: number, target: number): void;
  lumaOf(source: number, pixels: number, target: number): void;
  replaceLuma(source: number, luma: number, newLuma: number, pixels: number, target: number): void;
  pairTables(tables: number, tiles: number, target: number): void;
  blendTiles(...parameters: number[]): void;
  nonLocalMeans(...parameters: number[]): void;
  COUNTS: Place;
  TABLES: Place;
  FLOATS: Place;
  BUFFERS: Place;
}

/** A place in the kernels' memory that they name. */
interface Place {
  readonly value: number;
}

/** How much a loop may read or write behind a buffer. */
const SPARE = 64;
const PAGE = 65_536;

/** Global in Node; typed here, because cells are compiled without the types of browsers. */
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: {
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: unknown };
  };
};

let loaded: Kernels | undefined;

/** The loops over pixels, as WebAssembly; made at the first call in each thread. */
export function kernels(): Kernels {
  if (!loaded) {
    const module = new wasm.Module(readFileSync(join(__dirname, 'kernels.wasm')));
    loaded = new wasm.Instance(module).exports as Kernels;
  }
  return loaded;
}

/**
 * Places buffers in the kernels' memory, one after the other, and grows it when need be. They are valid until the next
 * call: fill them, run the kernel and copy the result in one go.
 *
 * @param sizes in bytes
 * @returns where each buffer starts, a multiple of 16
 */
export function placeBuffers<const Sizes extends readonly number[]>(
  ...sizes: Sizes
): { -readonly [K in keyof Sizes]: number } {
  const { memory, BUFFERS } = kernels();
  let end = BUFFERS.value;
  const starts = sizes.map((size) => {
    const start = end;
    end += (size + SPARE + 15) & ~15;
    return start;
  });
  const missing = end - memory.buffer.byteLength;
  if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
  return starts as { -readonly [K in keyof Sizes]: number };
}

/** The bytes of a buffer that {@link placeBuffers} placed. */
export const bytesAt = (start: number, length: number): Uint8Array =>
  new Uint8Array(kernels().memory.buffer, start, length);

/** The 32-bit integers of a buffer that {@link placeBuffers} placed. */
export const integersAt = (start: number, length: number): Int32Array =>
  new Int32Array(kernels().memory.buffer, start, length);

/** The 32-bit floats of a buffer that {@link placeBuffers} placed. */
export const floatsAt = (start: number, length: number): Float32Array =>
  new Float32Array(kernels().memory.buffer, start, length);

/** Where a channel's 256 counts are. */
export const countsAt = (channel: number): number => kernels().COUNTS.value + 4096 * channel;

/** Where a channel's table of 256 new values is. */
export const tableAt = (channel: number): number => kernels().TABLES.value + 256 * channel;
