/** A function's value and gradient at a point. */
export type Objective = (point: Float64Array) => Promise<{ value: number; gradient: Float64Array }>;

/** Relative error of a value that was computed with 32 bits and summed over many rows. */
const NOISE = 1e-6;

/** What {@link minimizeLbfgs} found. */
export interface Minimum {
  point: Float64Array;
  value: number;
  iterations: number;
  /** Whether the gradient's largest entry fell below the tolerance. */
  converged: boolean;
}

/**
 * Minimizes a smooth function with limited-memory BFGS and a backtracking line search (Nocedal and Wright,
 * Numerical Optimization, algorithms 7.4 and 3.1). Deterministic.
 *
 * @param start not changed
 * @param options `tolerance` on the gradient's largest absolute entry, `memory`: pairs of steps that are kept
 * @throws Error when the value at the start is not finite
 * @example await minimizeLbfgs(async ([x]) => ({ value: x * x, gradient: Float64Array.of(2 * x) }), Float64Array.of(3))
 */
export async function minimizeLbfgs(
  objective: Objective,
  start: Float64Array,
  { maxIterations = 200, tolerance = 1e-5, memory = 10 } = {},
): Promise<Minimum> {
  let point: Float64Array = Float64Array.from(start);
  let { value, gradient } = await objective(point);
  if (!Number.isFinite(value)) throw new Error(`expected a finite value at the start, received ${value}`);
  const pairs: { step: Float64Array; change: Float64Array; curvature: number }[] = [];
  for (let iteration = 0; iteration < maxIterations; iteration += 1) {
    if (largest(gradient) < tolerance) return { point, value, iterations: iteration, converged: true };
    let direction = downhill(gradient, pairs);
    let slope = dot(direction, gradient);
    if (slope >= 0) {
      pairs.length = 0;
      direction = gradient.map((entry) => -entry);
      slope = -dot(gradient, gradient);
    }
    let length = pairs.length > 0 ? 1 : Math.min(1, 1 / Math.sqrt(-slope));
    let next: Float64Array;
    let found: Awaited<ReturnType<Objective>>;
    for (;;) {
      next = point.map((entry, i) => entry + length * (direction[i] ?? 0));
      found = await objective(next);
      // where steps gain less than float32 can tell, a step that does not climb and is flatter is as good
      if (found.value <= value + 1e-4 * length * slope) break;
      if (
        found.value <= value + NOISE * Math.abs(value) &&
        Math.abs(dot(found.gradient, direction)) <= -0.9 * slope
      )
        break;
      length /= 2;
      if (length < 1e-10) return { point, value, iterations: iteration, converged: false };
    }
    const step = next.map((entry, i) => entry - (point[i] ?? 0));
    const change = found.gradient.map((entry, i) => entry - (gradient[i] ?? 0));
    const curvature = dot(step, change);
    if (curvature > 1e-10 * Math.sqrt(dot(step, step) * dot(change, change)))
      pairs.push({ step, change, curvature });
    if (pairs.length > memory) pairs.shift();
    point = next;
    ({ value, gradient } = found);
  }
  return { point, value, iterations: maxIterations, converged: largest(gradient) < tolerance };
}

/** The two-loop recursion: minus the approximate inverse Hessian times the gradient. */
function downhill(
  gradient: Float64Array,
  pairs: readonly { step: Float64Array; change: Float64Array; curvature: number }[],
): Float64Array {
  const direction = gradient.map((entry) => -entry);
  const factors: number[] = [];
  for (const { step, change, curvature } of [...pairs].reverse()) {
    const factor = dot(step, direction) / curvature;
    factors.unshift(factor);
    addScaled(direction, change, -factor);
  }
  const last = pairs.at(-1);
  if (last) {
    const scale = last.curvature / dot(last.change, last.change);
    for (const [i, entry] of direction.entries()) direction[i] = entry * scale;
  }
  for (const [index, { step, change, curvature }] of pairs.entries())
    addScaled(direction, step, (factors[index] ?? 0) - dot(change, direction) / curvature);
  return direction;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i += 1) sum += (a[i] ?? 0) * (b[i] ?? 0);
  return sum;
}

function addScaled(target: Float64Array, other: Float64Array, factor: number): void {
  for (let i = 0; i < target.length; i += 1) target[i] = (target[i] ?? 0) + factor * (other[i] ?? 0);
}

const largest = (values: Float64Array): number => values.reduce((most, x) => Math.max(most, Math.abs(x)), 0);
