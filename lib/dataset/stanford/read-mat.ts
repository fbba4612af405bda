import { inflateSync } from 'node:zlib';

/** A value of a MAT file: cells are nested arrays in column-major order, characters a string. */
export type MatValue = string | number[] | MatValue[];

// data types (mi) and array classes (mx) of the format's tables 1-1 and 1-3
const MI = { int8: 1, uint8: 2, int16: 3, uint16: 4, int32: 5, uint32: 6, single: 7, double: 9 };
const MI_MATRIX = 14;
const MI_COMPRESSED = 15;
const MI_UTF8 = 16;
const MI_UTF16 = 17;
const MX_CELL = 1;
const MX_CHAR = 4;
const MX_DOUBLE = 6;
const MX_INT64 = 14;

interface Element {
  type: number;
  data: Buffer;
  /** Offset of the next element. */
  next: number;
}

/**
 * Reads a level 5 MAT file (MATLAB 5 to 7.2, what `scipy.io.savemat` writes): numbers, characters and cells,
 * compressed or not. Enough for the lists of Stanford Dogs. Follows "MAT-File Format", The MathWorks, chapter 1.
 *
 * @param file the whole file
 * @param name how messages name the file
 * @returns the variables by name
 * @throws Error when it is no level 5 MAT file, is cut short, or holds a class that is not read (struct, sparse)
 * @example const { labels } = readMat(readFileSync('train_list.mat'), 'train_list.mat');
 */
export function readMat(file: Buffer, name: string): Record<string, MatValue> {
  const endian = file.toString('latin1', 126, 128);
  if (file.length < 128 || endian !== 'IM') {
    const why = endian === 'MI' ? 'a big-endian one' : `${file.length} bytes without its header`;
    throw new Error(`expected a little-endian level 5 MAT file, received ${why} in ${name}`);
  }
  const variables: Record<string, MatValue> = {};
  try {
    for (let at = 128; at + 8 <= file.length; ) {
      let element = readElement(file, at);
      at = element.next;
      if (element.type === MI_COMPRESSED) element = readElement(inflateSync(element.data), 0);
      if (element.type !== MI_MATRIX) continue;
      const matrix = readMatrix(element.data);
      variables[matrix.name] = matrix.value;
    }
  } catch (error) {
    throw new Error(
      `expected a whole level 5 MAT file, received a damaged ${name} (${(error as Error).message})`,
    );
  }
  return variables;
}

/** Reads one tag and its data; compressed elements are not padded, others are padded to 8 bytes. */
function readElement(buffer: Buffer, at: number): Element {
  const first = buffer.readUInt32LE(at);
  const smallBytes = first >>> 16;
  if (smallBytes > 0) {
    // small element: 16 bits of type, 16 bits of length, up to 4 bytes of data
    return { type: first & 0xffff, data: buffer.subarray(at + 4, at + 4 + smallBytes), next: at + 8 };
  }
  const bytes = buffer.readUInt32LE(at + 4);
  if (at + 8 + bytes > buffer.length)
    throw new Error(`${bytes} bytes announced, ${buffer.length - at - 8} left`);
  const padded = first === MI_COMPRESSED ? bytes : Math.ceil(bytes / 8) * 8;
  return { type: first, data: buffer.subarray(at + 8, at + 8 + bytes), next: at + 8 + padded };
}

function readMatrix(data: Buffer): { name: string; value: MatValue } {
  if (data.length === 0) return { name: '', value: [] };
  const flags = readElement(data, 0);
  const dimensions = readElement(data, flags.next);
  const nameElement = readElement(data, dimensions.next);
  const name = nameElement.data.toString('latin1');
  const matrixClass = flags.data[0] ?? 0;
  if (matrixClass === MX_CELL) {
    const cells: MatValue[] = [];
    for (let at = nameElement.next; at + 8 <= data.length; ) {
      const cell = readElement(data, at);
      cells.push(readMatrix(cell.data).value);
      at = cell.next;
    }
    return { name, value: cells };
  }
  if (matrixClass !== MX_CHAR && (matrixClass < MX_DOUBLE || matrixClass >= MX_INT64))
    throw new Error(`array class ${matrixClass} of variable "${name}" is not supported`);
  const content = nameElement.next < data.length ? readElement(data, nameElement.next) : undefined;
  if (matrixClass === MX_CHAR) return { name, value: content ? readText(content) : '' };
  return { name, value: content ? readNumbers(content) : [] };
}

function readText({ type, data }: Element): string {
  if (type === MI_UTF8) return data.toString('utf8');
  if (type === MI_UTF16 || type === MI.uint16) return data.toString('utf16le');
  return data.toString('latin1');
}

function readNumbers({ type, data }: Element): number[] {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const readers: Record<number, [bytes: number, read: (at: number) => number]> = {
    [MI.int8]: [1, (at) => view.getInt8(at)],
    [MI.uint8]: [1, (at) => view.getUint8(at)],
    [MI.int16]: [2, (at) => view.getInt16(at, true)],
    [MI.uint16]: [2, (at) => view.getUint16(at, true)],
    [MI.int32]: [4, (at) => view.getInt32(at, true)],
    [MI.uint32]: [4, (at) => view.getUint32(at, true)],
    [MI.single]: [4, (at) => view.getFloat32(at, true)],
    [MI.double]: [8, (at) => view.getFloat64(at, true)],
  };
  const reader = readers[type];
  if (!reader) throw new Error(`number type ${type} is not supported`);
  const [bytes, read] = reader;
  return Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(i * bytes));
}
