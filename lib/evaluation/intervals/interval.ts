/** An estimate with its interval. */
export interface Interval {
  estimate: number;
  low: number;
  high: number;
  /** Confidence level, e.g. 0.95. */
  confidence: number;
  /** How it was computed, e.g. `Wilson`; every report names it. */
  method?: string;
  /** Examples that it stands on, where it is a share of right ones. */
  of?: number;
}

/**
 * Checks a confidence level.
 *
 * @throws Error when it is not between 0 and 1.
 * @example checkConfidence(0.95);
 */
export function checkConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new Error(`expected a confidence between 0 and 1 (e.g. 0.95), received ${confidence}`);
}

/**
 * An interval as text, e.g. `0.853 [0.838, 0.867]`.
 *
 * @example formatInterval({ estimate: 0.8528, low: 0.8381, high: 0.8665, confidence: 0.95 });
 */
export const formatInterval = ({ estimate, low, high }: Interval, digits = 3): string =>
  `${estimate.toFixed(digits)} [${low.toFixed(digits)}, ${high.toFixed(digits)}]`;
