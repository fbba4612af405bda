import type { Pace } from './pace';

/** What became of tasks. */
export interface QueueCounts {
  tasks: number;
  results: number;
  /** Results that came a second time, or for a task of an earlier run. */
  repeated: number;
  /** Tasks halved because their worker died. */
  halved: number;
  /** Tasks of one piece whose worker died again. */
  dead: number;
  /** Tasks that were put into the queue again, because Redis lost them. */
  renewed: number;
  /** Tasks by worker. */
  workers: Map<string, number>;
  /** Pieces whose results came, e.g. photos; of all and by worker. */
  pieces: number;
  piecesBy: Map<string, number>;
  /** How fast each worker is, by the time that its tasks took. */
  paceBy: Map<string, Pace>;
  /** The latest tasks whose workers died. */
  poison: PoisonTask[];
}

/** A task whose workers died. */
export interface PoisonTask {
  name: string;
  pieces: number;
  /** Whether it was put in again as its halves; else it is given up. */
  halved: boolean;
}

/** A result on its way to the coordinator. */
export interface QueueResult<O> {
  worker: string;
  /** Of its task. */
  id: string;
  output: O;
  /** Milliseconds that the task took on its worker's clock. */
  ms: number;
}
