import { displayName } from '../../base/index';
import { DECISION_WORDS } from '../run/summary';
import type { ReviewItem } from './next-photos';

/** Photos that wait for a person, a row each. @example showTable(queueTable(nextPhotos(catalogue, { who, count: 10 }))) */
export const queueTable = (queue: readonly ReviewItem[]): Record<string, unknown>[] =>
  queue.map(({ places, decision, top: [first, second] }) => ({
    photo: places[0],
    decision: DECISION_WORDS[decision] ?? decision,
    first: first && displayName(first[0]),
    p: first?.[1],
    second: second && displayName(second[0]),
  }));
