import type { Box } from './types';

/** Share of the picture that a box covers, 0..1. @example boxArea({ xmin: 0, ymin: 0, xmax: 0.5, ymax: 1 }) // 0.5 */
export const boxArea = ({ xmin, ymin, xmax, ymax }: Box): number => (xmax - xmin) * (ymax - ymin);
