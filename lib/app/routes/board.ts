import Type from 'typebox';
import type { RunningIndex } from '../../catalogue/index';
import type { QueueView } from '../../queue/index';
import { requireBoard, requireCatalogue, requirePerson } from '../server/catalogue-access';
import { defineRoute } from '../server/define-route';

const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);
const PerSecond = Nullable(Type.Number({ description: 'photos per second over the last minute' }));

/** What several people ask for at the same time is read once. */
const SAME_MS = 1000;
/** Reports are heard of in whole seconds. */
const SLACK_MS = 600;

/** A run's reports come once it has scanned; until then those of the queue are a former run's. */
function beginningOf(running: RunningIndex | null, reported: QueueView['run']) {
  if (!running) return null;
  const reportedMs = reported ? reported.ms + 1000 * reported.heardS : Number.POSITIVE_INFINITY;
  if (reportedMs < running.ms + SLACK_MS) return null;
  const { step, done, total, folder, ms, heardMs, lost } = running;
  const seconds = Math.round(ms / 1000);
  return { step, done, total, folder, seconds, heardS: Math.round(heardMs / 1000), lost };
}

/** The board of an index that workers compute. */
export const catalogueBoard = defineRoute({
  route: 'GET /api/catalogue/board',
  summary: 'How an index goes that workers compute: shards, rates by worker, failed photos',
  description:
    'What the coordinator and the workers report through Redis, and what the catalogue holds. Without an answer of ' +
    'Redis `queue` is null and `trouble` says why.',
  answer: Type.Object({
    name: Type.String({ description: 'name of the queue' }),
    address: Type.String({ description: 'of Redis, without its password' }),
    trouble: Nullable(Type.String()),
    beginning: Nullable(
      Type.Object(
        {
          step: Type.Enum(['scan', 'classify']),
          done: Type.Number({ description: 'photos seen so far by the scan, or answered' }),
          total: Nullable(Type.Number({ description: 'photos to answer; null while the scan goes on' })),
          folder: Type.String({ description: 'folder that the scan looked through last' }),
          seconds: Type.Number({ description: 'since its beginning' }),
          heardS: Type.Number({ description: 'seconds since it was heard of' }),
          lost: Type.Boolean({ description: 'it was killed' }),
        },
        {
          description:
            'a run of the catalogue of which the queue does not tell, or not yet: `queue.run` is null',
        },
      ),
    ),
    queue: Nullable(
      Type.Object({
        run: Nullable(
          Type.Object({
            state: Type.Enum(['running', 'lost', 'done', 'stopped', 'failed']),
            message: Nullable(Type.String({ description: 'why it failed' })),
            model: Type.String(),
            seconds: Type.Number({ description: 'since its beginning, as last reported' }),
            heardS: Type.Number({ description: 'seconds since its coordinator was heard of' }),
            photos: Type.Number({ description: 'photos whose answers are written' }),
            perSecond: PerSecond,
            secondsLeft: Nullable(Type.Number()),
            repeated: Type.Number(),
            renewed: Type.Number({ description: 'shards put in again because Redis lost them' }),
            halved: Type.Number(),
          }),
        ),
        shards: Type.Object({
          waiting: Type.Number(),
          active: Type.Number(),
          failed: Type.Number({ description: 'given up, or about to be halved or tried again' }),
          done: Type.Number(),
        }),
        workers: Type.Array(
          Type.Object({
            name: Type.String(),
            host: Type.String(),
            state: Type.Enum(['working', 'waiting', 'ended', 'silent']),
            photos: Type.Number({ description: 'its photos that this run has written' }),
            perSecond: PerSecond,
            seenS: Type.Number({ description: 'seconds since it was heard of' }),
          }),
        ),
        poison: Type.Array(
          Type.Object({
            name: Type.String({ description: 'first and last photo' }),
            photos: Type.Number(),
            halved: Type.Boolean({ description: 'looked for in its halves; else recorded as failed' }),
          }),
          { description: 'shards whose workers died twice, the latest first' },
        ),
      }),
    ),
    pending: Type.Number({ description: 'photos of the catalogue that no run has looked at' }),
    failed: Type.Number(),
    reasons: Type.Array(Type.Object({ code: Type.String(), photos: Type.Number() })),
    latest: Type.Array(Type.Object({ path: Type.String(), code: Type.String(), message: Type.String() }), {
      description: 'the latest failed photos',
    }),
  }),
  guard: (app, request) => void requirePerson(app, request, 'view'),
  serve: (app) => {
    const read = async () => {
      const { name, watch } = requireBoard(app);
      const { catalogue, room } = requireCatalogue(app);
      const view = await watch.read().catch((error: Error) => error.message);
      const open = room.listOpen(catalogue);
      const running = room.runningIndex(catalogue);
      const beginning = beginningOf(running, typeof view === 'string' ? null : view.run);
      const known = { name, address: watch.address, ...open, beginning };
      if (typeof view === 'string') return { ...known, trouble: view, queue: null };
      const { tasks, workers } = view;
      const run = beginning ? null : view.run; // else a former one
      const left = run?.state === 'running' && run.perSecond ? open.pending / run.perSecond : null;
      return {
        ...known,
        trouble: null,
        queue: {
          run: run && {
            ...run,
            ...{ model: run.kind, seconds: Math.round(run.ms / 1000), photos: run.pieces },
            secondsLeft: left === null ? null : Math.round(left),
          },
          shards: { ...tasks, failed: tasks.failed + (run?.dead ?? 0), done: run?.results ?? 0 },
          workers: workers.map(({ pieces, ...worker }) => ({ ...worker, photos: run ? pieces : 0 })),
          poison: (run?.poison ?? []).map(({ pieces, ...task }) => ({ ...task, photos: pieces })),
        },
      };
    };
    let last: { at: number; answer: ReturnType<typeof read> } | null = null;
    return () => {
      if (!last || Date.now() - last.at > SAME_MS) last = { at: Date.now(), answer: read() };
      return last.answer;
    };
  },
});
