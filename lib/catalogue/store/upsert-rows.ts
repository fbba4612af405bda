import type { Row } from '../classify/classify-shard';
import type { Catalogue } from './open-catalogue';

/** Who computed rows, and with what. */
export interface Provenance {
  model: string;
  backbone: string;
  engine: string;
  worker: string;
  /** Number of the run that writes. */
  run: number;
}

/**
 * Writes what is known of some files, in one commit. The same rows twice change nothing: photos and answers are kept by
 * content hash and model, files by their number.
 *
 * @returns a function that tells how many of the files had waited: rows that come a second time count 0
 * @example upsertRows(catalogue)(rows, { model, backbone, engine, worker: 'local', run })
 */
export function upsertRows(catalogue: Catalogue): (rows: readonly Row[], provenance: Provenance) => number {
  const { db } = catalogue;
  const file = db.prepare(
    `update file set size = ?, mtime = ?, etag = ?, sha256 = ?, state = ?, error_code = ?, error = ?, last_run = ?
     where id = ? and mtime <= ?`,
  );
  const photo = db.prepare(
    `insert into photo (sha256, format, width, height, orientation, taken_at, dhash, model) values (?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (sha256) do update set model = excluded.model, dhash = excluded.dhash, taken_at = excluded.taken_at`,
  );
  const prediction = db.prepare(
    `insert into prediction (sha256, model, decision, breed, p, top5, strangeness, engine, worker, at)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     on conflict (sha256, model) do nothing`,
  );
  // a threshold that people set from their verdicts holds for what comes later too
  const threshold = db.prepare('select not_sure_below from model where id = ?').pluck();
  const point = db.prepare('update photo set model = ? where sha256 = ? and model <> ?');
  const embedding = db.prepare(
    `insert into embedding (sha256, backbone, vector, features) values (?, ?, ?, ?)
     on conflict (sha256, backbone) do update set features = coalesce(excluded.features, features)`,
  );
  const waiting = db
    .prepare(
      "select count(*) from json_each(?) asked join file on file.id = asked.value where state = 'pending'",
    )
    .pluck();
  return db.transaction((rows: readonly Row[], { model, backbone, engine, worker, run }: Provenance) => {
    const at = new Date().toISOString();
    const below = (threshold.all(model)[0] as number | undefined) ?? 0;
    const [waited] = waiting.all(JSON.stringify(rows.map(({ id }) => id))) as number[];
    for (const row of rows) {
      const { sha256, facts, answer, vector, features } = row;
      // what came late must not undo a newer scan: a file that changed meanwhile is pending again with another stamp
      file.run(
        row.size,
        row.mtime,
        row.etag ?? null,
        sha256,
        row.state,
        row.errorCode ?? null,
        row.error ?? null,
        run,
        row.id,
        row.mtime,
      );
      if (!sha256 || row.state !== 'done') continue;
      if (!facts || !answer) {
        point.run(model, sha256, model);
        continue;
      }
      const { format, width, height, orientation, takenAt, dhash } = facts;
      photo.run(sha256, format, width, height, orientation, takenAt, dhash, model);
      const [[breed, p] = ['', 0]] = answer.top;
      const top5 = JSON.stringify(answer.top);
      const decision = answer.decision === 'not_a_dog' ? 'not_a_dog' : p < below ? 'not_sure' : 'breed';
      prediction.run(sha256, model, decision, breed, p, top5, answer.strangeness, engine, worker, at);
      if (vector)
        embedding.run(
          sha256,
          backbone,
          Buffer.from(vector, 'base64'),
          features ? Buffer.from(features, 'base64') : null,
        );
    }
    return waited ?? 0;
  }) as (rows: readonly Row[], provenance: Provenance) => number;
}
