import { showName } from '../scan/file-name';
import type { Catalogue } from '../store/open-catalogue';

/** What waits and what failed, as tables of a catalogue have it at this moment. */
export interface OpenPhotos {
  /** Photos that no run has looked at. */
  pending: number;
  failed: number;
  /** Failed photos by reason, the most frequent first. */
  reasons: { code: string; photos: number }[];
  /** The latest of them. */
  latest: { path: string; code: string; message: string }[];
}

/** Photos that wait for a run, and those that failed with their reasons: cheap enough to ask for again and again. */
export function listOpen({ db }: Catalogue, most = 50): OpenPhotos {
  const [pending] = db.prepare("select count(*) from file where state = 'pending'").pluck().all();
  const reasons = db
    .prepare(
      `select coalesce(error_code, '') as code, count(*) as photos from file where state = 'failed'
       group by 1 order by photos desc, code`,
    )
    .all() as OpenPhotos['reasons'];
  const latest = db
    .prepare(
      `select root || '/' || folder || name as path, coalesce(error_code, '') as code, coalesce(error, '') as message
       from file where state = 'failed' order by last_run desc, id desc limit ?`,
    )
    .all(most) as OpenPhotos['latest'];
  return {
    pending: Number(pending ?? 0),
    failed: reasons.reduce((sum, { photos }) => sum + photos, 0),
    reasons,
    latest: latest.map((photo) => ({ ...photo, path: showName(photo.path) })),
  };
}
