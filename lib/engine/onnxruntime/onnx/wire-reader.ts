/** One field of a protobuf message: a number (varint or fixed), or bytes. */
export interface WireField {
  field: number;
  /** Of a varint as int64; of a fixed32 as float. */
  number: number;
  /** Of a length-delimited field. */
  bytes: Uint8Array;
}

const NO_BYTES = new Uint8Array();

/**
 * Reads the fields of one protobuf message, without copying. The counterpart of `WireWriter`.
 *
 * Source: https://protobuf.dev/programming-guides/encoding/
 *
 * @throws Error when the message is cut off or uses groups
 */
export function* readFields(message: Uint8Array): Generator<WireField> {
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const bytes = new Uint8Array(message.buffer, message.byteOffset, message.byteLength); // of a Buffer, slice() is no copy
  const end = message.length;
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; at < end; shift += 7n) {
      const byte = view.getUint8(at++);
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, value);
    }
    throw cutOff();
  };
  while (at < end) {
    const key = Number(varint());
    const [field, wire] = [key >>> 3, key & 7];
    if (wire === 0) yield { field, number: Number(varint()), bytes: NO_BYTES };
    else if (wire === 2) {
      const length = Number(varint());
      if (at + length > end) throw cutOff();
      yield { field, number: 0, bytes: bytes.subarray(at, at + length) };
      at += length;
    } else if (wire === 5 && at + 4 <= end) {
      yield { field, number: view.getFloat32(at, true), bytes: NO_BYTES };
      at += 4;
    } else if (wire === 1 && at + 8 <= end) {
      yield { field, number: view.getFloat64(at, true), bytes: NO_BYTES };
      at += 8;
    } else throw cutOff();
  }
}

const cutOff = () => new Error('expected a protobuf message, received one that is cut off or damaged');
