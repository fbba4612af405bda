import { formatMeasure, formatPercent } from '../../base/index';
import type { Interval } from '../../evaluation/index';

/** A value of a table's cell with the text that people read; it is sorted by the value. */
export interface ShownValue {
  value: number;
  text: string;
}

/** Whether a cell holds a {@link ShownValue}. */
export const isShownValue = (value: unknown): value is ShownValue =>
  typeof value === 'object' && value !== null && 'text' in value && 'value' in value;

/** A share 0..1 as percent. @example showTable([{ network: 'ResNet50', test: share(0.849) }]) */
export const share = (value: number, digits = 1): ShownValue => ({
  value,
  text: formatPercent(value, digits),
});

/** A measured number in its unit. @example measure(5.4001, 's') // 5.4 s */
export const measure = (value: number, unit = ''): ShownValue => ({
  value,
  text: formatMeasure(value, unit),
});

/** The ends of an interval of a share. @example ends(test.accuracy) // 83.1 to 86.5 % */
export const ends = ({ low, high }: Pick<Interval, 'low' | 'high'>): ShownValue => ({
  value: low,
  text: `${formatPercent(low).replace(' %', '')} to ${formatPercent(high)}`,
});
