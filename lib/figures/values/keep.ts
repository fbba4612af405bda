import { display, inNotebook, VALUES_MIME } from '../display/display';
import type { RunValues } from './run-values';

const SIGNIFICANT_DIGITS = 7;

/**
 * Records a value of the run for the slides: as an output of the cell that nobody sees. Numbers are rounded to 7 digits,
 * typed arrays become lists. Outside of a notebook it does nothing.
 *
 * @param name see `RunValues`; the last value of a name counts
 * @throws Error when the value has no JSON
 * @example keep('costs', await timeSteps(steps, 5));
 */
export function keep<Name extends keyof RunValues>(name: Name, value: RunValues[Name]): void {
  if (!inNotebook()) return;
  const text = JSON.stringify(value, (_key, child) => {
    if (ArrayBuffer.isView(child) && !(child instanceof DataView)) return Array.from(child as Float32Array);
    if (typeof child !== 'number' || Number.isInteger(child)) return child;
    return Number.isFinite(child) ? Number(child.toPrecision(SIGNIFICANT_DIGITS)) : null;
  });
  if (text === undefined) throw new Error(`expected a value for "${name}", received none`);
  display({ [VALUES_MIME]: { name, value: JSON.parse(text) }, 'text/plain': '' });
}
