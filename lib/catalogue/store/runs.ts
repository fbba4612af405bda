import { hostname } from 'node:os';
import type { Catalogue } from './open-catalogue';

/**
 * Makes this process the catalogue's one indexer until the returned function is called, or the process ends.
 *
 * @throws Error when another process of this machine indexes into the same catalogue
 */
export function becomeWriter({ db, path }: Catalogue): () => void {
  const mine = JSON.stringify({ pid: process.pid, host: hostname() });
  db.transaction(() => {
    const [row] = db.prepare("select value from setting where key = 'writer'").all() as { value: string }[];
    const other = row ? (JSON.parse(row.value) as { pid: number; host: string }) : null;
    if (other && other.pid !== process.pid && other.host === hostname() && isAlive(other.pid))
      throw new Error(
        `expected to be the only one that indexes into ${path}, process ${other.pid} does so already`,
      );
    db.prepare("insert or replace into setting (key, value) values ('writer', ?)").run(mine);
  }).immediate();
  return () => void db.prepare("delete from setting where key = 'writer' and value = ?").run(mine);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Records the start of a run. @returns its number */
export function startRun({ db }: Catalogue, kind: string, model: string | null, versions: object): number {
  db.exec("update run set outcome = 'interrupted' where outcome = 'running'");
  const { lastInsertRowid } = db
    .prepare("insert into run (kind, started, model, outcome, versions) values (?, ?, ?, 'running', ?)")
    .run(kind, new Date().toISOString(), model, JSON.stringify(versions));
  return Number(lastInsertRowid);
}

/** Records the end of a run. */
export function endRun(
  { db }: Catalogue,
  run: number,
  outcome: 'done' | 'stopped' | 'failed',
  counts: object,
): void {
  db.prepare('update run set ended = ?, outcome = ?, counts = ? where id = ?').run(
    new Date().toISOString(),
    outcome,
    JSON.stringify(counts),
    run,
  );
}
