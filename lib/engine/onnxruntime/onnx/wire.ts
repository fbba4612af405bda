/**
 * A minimal writer of the protobuf wire format: varints, fixed32 floats and length-delimited fields are all that
 * an ONNX model needs. Large payloads are kept by reference until {@link WireWriter.toBytes} joins them.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
export class WireWriter {
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  private push(part: Uint8Array): void {
    this.parts.push(part);
    this.length += part.length;
  }

  private varint(value: number | bigint): void {
    // Negative numbers are sign-extended to 64 bits, as protobuf's int64 wants.
    let rest = BigInt.asUintN(64, BigInt(value));
    const bytes: number[] = [];
    while (rest > 127n) {
      bytes.push(Number(rest & 127n) | 128);
      rest >>= 7n;
    }
    bytes.push(Number(rest));
    this.push(Uint8Array.from(bytes));
  }

  /** Field of type int32, int64 or enum. */
  int(field: number, value: number | bigint): this {
    this.varint((field << 3) | 0);
    this.varint(value);
    return this;
  }

  /** Field of type float. */
  float(field: number, value: number): this {
    this.varint((field << 3) | 5);
    const bytes = new Uint8Array(4);
    new DataView(bytes.buffer).setFloat32(0, value, true);
    this.push(bytes);
    return this;
  }

  /** Field of type bytes: kept by reference, not copied. */
  bytes(field: number, value: Uint8Array): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    this.push(value);
    return this;
  }

  /** Field of type string (UTF-8). */
  string(field: number, value: string): this {
    return this.bytes(field, Buffer.from(value, 'utf8'));
  }

  /** Embedded message. */
  message(field: number, value: WireWriter): this {
    this.varint((field << 3) | 2);
    this.varint(value.length);
    return this.append(value);
  }

  /** Appends the fields of another message. */
  append(value: WireWriter): this {
    for (const part of value.parts) this.parts.push(part);
    this.length += value.length;
    return this;
  }

  /** All that was written, as one array. */
  toBytes(): Uint8Array {
    const out = new Uint8Array(this.length);
    let offset = 0;
    for (const part of this.parts) {
      out.set(part, offset);
      offset += part.length;
    }
    return out;
  }
}
