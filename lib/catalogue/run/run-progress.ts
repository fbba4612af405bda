import type { Catalogue } from '../store/open-catalogue';

/** What a run tells while it goes on. */
export interface IndexProgress {
  step: 'scan' | 'classify';
  done: number;
  /** Null while it is being found out. */
  total: number | null;
  folder?: string;
}

/** How far a run is that goes on, as it says in the catalogue every second. */
export interface RunningIndex {
  run: number;
  step: IndexProgress['step'];
  /** Photos by name that the scan saw so far, or photos that are done. */
  done: number;
  /** Photos to be done; null while the scan goes on. */
  total: number | null;
  /** The folder that the scan looked through last. */
  folder: string;
  /** Milliseconds since the run began. */
  ms: number;
  /** Milliseconds since it said so. */
  heardMs: number;
  /** It has said nothing for so long that it must have been killed. */
  lost: boolean;
}

const TELL_MS = 1000;
const SILENT_MS = 15_000;

/** Has a run say in the catalogue how far it is, at once and every second. */
export function tellProgress({ db }: Catalogue, run: number) {
  const write = db.prepare("update run set counts = ? where id = ? and outcome = 'running'");
  let latest: IndexProgress = { step: 'scan', done: 0, total: null };
  const tell = () => {
    try {
      write.run(JSON.stringify({ progress: latest, at: Date.now() }), run);
    } catch {
      // a full disk, or a writer that holds the lock for long: what the run itself writes says so
    }
  };
  const timer = setInterval(tell, TELL_MS);
  tell();
  return {
    progress(now: IndexProgress): void {
      latest = now;
    },
    end(): void {
      clearInterval(timer);
    },
  };
}

/** The run that goes on in a catalogue, or that was killed and not gone on with; null: there is none. */
export function runningIndex({ db }: Catalogue): RunningIndex | null {
  const [row] = db
    .prepare(
      "select id, started, counts from run where outcome = 'running' and kind = 'index' order by id desc limit 1",
    )
    .all() as { id: number; started: string; counts: string | null }[];
  if (!row?.counts) return null;
  const { progress, at } = JSON.parse(row.counts) as { progress?: IndexProgress; at?: number };
  const now = Date.now();
  if (!progress || at === undefined) return null;
  const { step, done, total, folder = '' } = progress;
  const heardMs = Math.max(0, now - at);
  const ms = Math.max(0, now - Date.parse(row.started));
  return { run: row.id, step, done, total, folder, ms, heardMs, lost: heardMs > SILENT_MS };
}
