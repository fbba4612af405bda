import { float, type MadeGraph, type OnnxGraph, openKept, writeOnnx } from '../../../lib/engine/index';

/** Numbers of the graph's weights: 16 MB, so that writing takes a while. */
const SIDE = 2000;

/** A graph that multiplies [batch, 2000] by a matrix whose row `i` holds `i % 7` in the columns below 3. */
export function madeGraph(): MadeGraph<{ name: string }> {
  const matrix = new Float32Array(SIDE * SIDE);
  for (let row = 0; row < SIDE; row++) matrix.fill(row % 7, row * SIDE, row * SIDE + 3);
  const graph: OnnxGraph = {
    nodes: [{ type: 'Gemm', inputs: ['x', 'matrix'], outputs: ['y'], attributes: { alpha: float(0.5) } }],
    constants: new Map([['matrix', { type: 'float32', shape: [SIDE, SIDE], data: matrix }]]),
    inputs: [{ name: 'x', type: 'float32', shape: ['batch', SIDE] }],
    outputs: [{ name: 'y', type: 'float32', shape: ['batch', SIDE] }],
    metadata: {},
  };
  return { model: writeOnnx(graph), facts: { name: 'Gemm' } };
}

/** Opens the graph in a folder and asks it. @returns its first answers, which are 0.5 * 7 * 6 = 21 three times, then 0 */
export async function askGraph(folder: string, key = 'a test', mostBytes?: number) {
  let made = 0;
  const { runner, facts, wasKept } = await openKept(
    key,
    async () => {
      made += 1;
      return madeGraph();
    },
    { folder, ...(mostBytes && { mostBytes }) },
  );
  const x = new Float32Array(SIDE).fill(0);
  x[6] = 7; // row 6 holds sixes
  const { y = new Float32Array() } = await runner.run(x, [1, SIDE]);
  await runner.dispose();
  return { answers: [...y.slice(0, 4)], facts, wasKept, made };
}

/** What {@link askGraph} answers. */
export const ANSWERS = [21, 21, 21, 0];

if (require.main === module)
  askGraph(process.argv[2] ?? '').then(({ answers }) => console.log(JSON.stringify(answers)));
