import { createHash } from 'node:crypto';
import type { Row } from '../classify/classify-shard';
import { projectFeatures } from '../classify/project-features';
import type { Catalogue } from '../store/open-catalogue';
import { endRun, startRun } from '../store/runs';
import { upsertRows } from '../store/upsert-rows';
import { registerModel } from './models';

/** Answers that were computed elsewhere: rows of features and probabilities without photos. */
export interface ComputedAnswers {
  /** Names of the model and of the space of its features. */
  model: string;
  backbone: string;
  description: string;
  classNames: string[];
  /** Below it an answer is "not sure". */
  notSureBelow: number;
  /** One path for each row. */
  files: readonly string[];
  /** Row-major [files, classes], calibrated. */
  probabilities: ArrayLike<number>;
  /** Row-major [files, size]. */
  features: Float32Array;
}

/**
 * Fills a catalogue with answers whose photos are not here, e.g. of the features that ship with the project: to try
 * finding, measuring and reviewing without a photo.
 *
 * @throws Error when the numbers of rows do not fit each other
 */
export function fillCatalogue(catalogue: Catalogue, answers: ComputedAnswers): void {
  const { db } = catalogue;
  const { files, classNames, probabilities, features, model, backbone, notSureBelow } = answers;
  const size = features.length / files.length;
  if (!Number.isInteger(size) || probabilities.length !== files.length * classNames.length)
    throw new Error(
      `expected features and probabilities of ${files.length} files, received ${features.length} and ${probabilities.length} values`,
    );
  registerModel(catalogue, { ...answers, id: model, temperature: 1 });
  const run = startRun(catalogue, 'features', model, {});
  db.prepare("insert or replace into root (name, folder) values ('features', '')").run();
  const insert = db.prepare(
    "insert or ignore into file (root, folder, name, size, mtime, state, first_run, last_run) values ('features', ?, ?, 0, 0, 'pending', ?, ?)",
  );
  const idOf = db.prepare("select id from file where root = 'features' and folder = ? and name = ?");
  const write = upsertRows(catalogue);
  const fill = db.transaction((from: number) => {
    return files.slice(from, from + ROWS_AT_ONCE).map((file, i): Row => {
      const row = from + i;
      const cut = file.lastIndexOf('/') + 1;
      insert.run(file.slice(0, cut), file.slice(cut), run, run);
      const { id } = idOf.get(file.slice(0, cut), file.slice(cut)) as { id: number };
      const top = classNames
        .map((breed, c): [string, number] => [breed, probabilities[row * classNames.length + c] ?? 0])
        .sort((a, b) => b[1] - a[1])
        .slice(0, 5);
      const vector = projectFeatures(features.subarray(row * size, (row + 1) * size));
      return {
        id,
        size: 0,
        mtime: 0,
        sha256: createHash('sha256').update(file).digest('hex'),
        state: 'done',
        facts: {
          format: 'none',
          width: 0,
          height: 0,
          orientation: null,
          takenAt: null,
          dhash: '0'.repeat(16),
        },
        answer: {
          decision: (top[0]?.[1] ?? 0) < notSureBelow ? 'not_sure' : 'breed',
          top,
          strangeness: null,
        },
        vector: Buffer.from(vector.buffer).toString('base64'),
      };
    });
  });
  for (let from = 0; from < files.length; from += ROWS_AT_ONCE)
    write(fill(from) as Row[], { model, backbone, engine: 'computed elsewhere', worker: 'features', run });
  endRun(catalogue, run, 'done', { photos: files.length });
}

const ROWS_AT_ONCE = 1000;
