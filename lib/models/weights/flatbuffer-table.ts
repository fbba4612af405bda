import { ByteBuffer } from 'flatbuffers';

/**
 * A table of a FlatBuffers file whose schema is known by field numbers, read with the `flatbuffers` library. A
 * field is counted from 0 in the order of the schema; a union takes two numbers, its type and its value. Absent
 * fields give their default. Offsets outside the file throw, as damaged files hold them.
 *
 * @example FlatTable.root(bytes, 'TFL3').tables(2) // SubGraphs of a TensorFlow Lite model
 */
export class FlatTable {
  private constructor(
    private readonly buffer: ByteBuffer,
    private readonly position: number,
  ) {}

  /**
   * The root table of a file.
   *
   * @param identifier the four characters at byte 4
   * @throws Error when the file has another identifier
   */
  static root(bytes: Uint8Array, identifier: string): FlatTable {
    const found = bytes.length >= 8 ? String.fromCharCode(...bytes.subarray(4, 8)) : '';
    if (found !== identifier) throw new Error(`expected the identifier ${identifier} at byte 4, found none`);
    const buffer = new ByteBuffer(bytes);
    return new FlatTable(buffer, checked(buffer, buffer.readInt32(0), 4));
  }

  /** A whole number of one byte, e.g. an enumeration. */
  byte(field: number, missing = 0): number {
    const at = this.at(field, 1);
    return at ? this.buffer.readInt8(at) : missing;
  }

  /** A signed 32-bit number. */
  int(field: number, missing = 0): number {
    const at = this.at(field, 4);
    return at ? this.buffer.readInt32(at) : missing;
  }

  /** A text, or an empty one. */
  text(field: number): string {
    const at = this.at(field, 4);
    if (!at) return '';
    const { start, length } = this.vector(at, 1);
    return Buffer.from(this.buffer.bytes().subarray(start, start + length)).toString('utf8');
  }

  /** A vector of signed 32-bit numbers. */
  ints(field: number): number[] {
    return this.list(field, 4, (at) => this.buffer.readInt32(at));
  }

  /** A vector of 64-bit whole numbers, as numbers. */
  longs(field: number): number[] {
    return this.list(field, 8, (at) => Number(this.buffer.readInt64(at)));
  }

  /** A vector of 32-bit floats. */
  floats(field: number): number[] {
    return this.list(field, 4, (at) => this.buffer.readFloat32(at));
  }

  /** A vector of bytes: a view of the file, nothing is copied. */
  bytes(field: number): Uint8Array {
    const at = this.at(field, 4);
    if (!at) return new Uint8Array(0);
    const { start, length } = this.vector(at, 1);
    return this.buffer.bytes().subarray(start, start + length);
  }

  /** A table, or the table of a union (`field`: its value's number). */
  table(field: number): FlatTable | null {
    const at = this.at(field, 4);
    return at ? this.follow(at) : null;
  }

  /** A vector of tables. */
  tables(field: number): FlatTable[] {
    return this.list(field, 4, (at) => this.follow(at));
  }

  private at(field: number, bytes: number): number {
    const offset = this.buffer.__offset(this.position, 4 + 2 * field);
    return offset ? checked(this.buffer, this.position + offset, bytes) : 0;
  }

  private follow(at: number): FlatTable {
    return new FlatTable(this.buffer, checked(this.buffer, this.buffer.__indirect(at), 4));
  }

  private vector(at: number, width: number): { start: number; length: number } {
    const vector = checked(this.buffer, this.buffer.__indirect(at), 4);
    const length = this.buffer.readInt32(vector);
    checked(this.buffer, vector + 4, length * width);
    return { start: vector + 4, length };
  }

  private list<T>(field: number, width: number, read: (at: number) => T): T[] {
    const at = this.at(field, 4);
    if (!at) return [];
    const { start, length } = this.vector(at, width);
    return Array.from({ length }, (_, index) => read(start + index * width));
  }
}

function checked(buffer: ByteBuffer, position: number, bytes: number): number {
  if (!(position >= 0 && bytes >= 0 && position + bytes <= buffer.capacity()))
    throw new Error(`it points at byte ${position + bytes}, and has ${buffer.capacity()}`);
  return position;
}
