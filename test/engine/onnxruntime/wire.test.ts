import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WireWriter } from '../../../lib/engine/onnxruntime/onnx/wire';

const hex = (writer: WireWriter) => Buffer.from(writer.toBytes()).toString('hex');

// The byte sequences are the worked examples of https://protobuf.dev/programming-guides/encoding/.
test('a varint field is written as in the protobuf guide', () => {
  assert.equal(hex(new WireWriter().int(1, 150)), '089601');
});

test('negative numbers take ten bytes, as int64 does', () => {
  assert.equal(hex(new WireWriter().int(1, -2)), '08feffffffffffffffff01');
});

test('strings and embedded messages carry their length', () => {
  assert.equal(hex(new WireWriter().string(2, 'testing')), '120774657374696e67');
  assert.equal(hex(new WireWriter().message(3, new WireWriter().int(1, 150))), '1a03089601');
});
