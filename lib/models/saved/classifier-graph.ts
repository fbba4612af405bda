import { isDeepStrictEqual } from 'node:util';
import type * as tf from '@tensorflow/tfjs';
import { exportModel, type OnnxConstant, type OnnxGraph, readOnnx } from '../../engine/index';
import type { Classifier } from './classifier';

/** Batches that a classifier is written for to see what depends on the batch; of 1, moving axes is no work. */
const BATCHES = [2, 3] as const;

/**
 * A whole classifier as an ONNX graph for any number of photos: `pixels`, uint8 [batch, rows, size, 3], as
 * `decodePhoto` gives them -> `probabilities` before calibration, float32 [batch, breeds], and, with backbones,
 * `features` [batch, size].
 *
 * @throws Error when another engine than onnxruntime runs, or what is computed depends on the batch in other ways than
 *   by shapes
 */
export async function classifierGraph(classifier: Classifier): Promise<OnnxGraph> {
  const { rows, size } = classifier.input;
  const graphOf = async (batch: number) => {
    const { model } = await exportModel(
      (pixels) => classifier.outputs(pixels.toFloat()) as unknown as tf.NamedTensorMap,
      { inputShape: [batch, rows, size, 3], inputName: 'pixels' },
    );
    return readOnnx(model);
  };
  const [two, three] = BATCHES;
  return anyBatch(await graphOf(two), await graphOf(three));
}

/** One graph for any batch, of the same graph written for two. @throws Error where they differ by more than shapes */
function anyBatch(two: OnnxGraph, three: OnnxGraph): OnnxGraph {
  if (!isDeepStrictEqual(two.nodes, three.nodes)) throw dependsOnBatch('the nodes');
  const shapes = shapesOf(two);
  const constants = new Map(
    [...two.constants].map(([name, constant]) => {
      const other = three.constants.get(name);
      if (other && isSame(constant, other)) return [name, constant];
      const shape = other && shapes.has(name) && anyShape(constant, other);
      if (!shape) throw dependsOnBatch(`the constant ${name}`);
      return [name, shape];
    }),
  );
  const free = <P extends OnnxGraph['inputs'][number]>(port: P): P => ({
    ...port,
    shape: ['batch', ...(port.shape ?? []).slice(1)],
  });
  return { ...two, constants, inputs: two.inputs.map(free), outputs: two.outputs.map(free) };
}

const dependsOnBatch = (what: string) =>
  new Error(`expected a classifier that computes the same for any batch, ${what} of its graph differ`);

/** Names of the tensors that are nothing but shapes to reshape to. */
function shapesOf({ nodes }: OnnxGraph): Set<string> {
  const shapes = new Set(nodes.flatMap(({ type, inputs }) => (type === 'Reshape' ? inputs.slice(1, 2) : [])));
  for (const { type, inputs } of nodes)
    for (const [i, name] of inputs.entries()) if (type !== 'Reshape' || i !== 1) shapes.delete(name);
  return shapes;
}

const bytesOf = ({ data }: OnnxConstant) => Buffer.from(data.buffer, data.byteOffset, data.byteLength);

const isSame = (a: OnnxConstant, b: OnnxConstant): boolean =>
  a.type === b.type && isDeepStrictEqual(a.shape, b.shape) && bytesOf(a).equals(bytesOf(b));

/** A shape whose one size that goes with the batch is left open; null where there is not just one. */
function anyShape(two: OnnxConstant, three: OnnxConstant): OnnxConstant | null {
  const [a, b] = [two.data as BigInt64Array, three.data as BigInt64Array];
  const [batch, other] = BATCHES.map(BigInt) as [bigint, bigint];
  if (two.type !== 'int64' || a.length !== b.length) return null;
  const moves = [...a.keys()].filter((i) => a[i] !== b[i]);
  const [place = -1] = moves;
  if (moves.length !== 1 || (a[place] ?? 0n) * other !== (b[place] ?? 0n) * batch) return null;
  return { ...two, data: a.map((size, i) => (i === place ? -1n : size)) };
}
