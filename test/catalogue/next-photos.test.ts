import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { createRandom } from '../../lib/base/index';
import { openCatalogue } from '../../lib/catalogue/index';
import { nextDoubtful } from '../../lib/catalogue/review/next-photos';
import { temporaryFolder } from '../support/temporary-folder';
import { changeAtRandom } from './support/change-at-random';

interface Answer {
  sha256: string;
  decision: string;
  breed: string;
  p: number;
}

test('the doubtful photos of a breed or folder, sorted or walked to: those that the plainest reading gives', async (t) => {
  const catalogue = openCatalogue(join(await temporaryFolder(t), 'catalogue.sqlite'));
  t.after(() => catalogue.close());
  const { db } = catalogue;
  const change = changeAtRandom(catalogue, createRandom(5));
  const has = (sql: string, ...values: string[]) => db.prepare(sql).pluck().get(values) !== undefined;
  const rank = ['not_sure', 'breed', 'not_a_dog'];
  let offered = 0;
  for (let step = 0; step < 120; step++) {
    await change();
    if (step % 6 !== 5) continue;
    const answers = db
      .prepare(
        `select p.sha256, p.decision, p.breed, p.p from prediction p join photo ph using (sha256, model)
         where ph.verdict is null`,
      )
      .all() as Answer[];
    for (const who of ['Ana', 'Bo'])
      for (const folder of [undefined, 'a/', 'b/', 'a', 'c/'])
        for (const breed of [undefined, 'Samoyed', 'chow', 'pug']) {
          const plain = answers
            .filter((answer) => !breed || answer.breed === breed)
            .filter(({ sha256 }) => has("select 1 from file where sha256 = ? and state = 'done'", sha256))
            .filter(
              ({ sha256 }) =>
                !folder ||
                has(
                  'select 1 from file where sha256 = ? and substr(folder, 1, length(?)) = ?',
                  sha256,
                  folder,
                  folder,
                ),
            )
            .filter(({ sha256 }) => !has('select 1 from lease where sha256 = ? and who <> ?', sha256, who))
            .filter(
              ({ sha256 }) =>
                !has(
                  "select 1 from review s where sha256 = ? and who = ? and verdict = 'skip' and not exists (select 1 from review u where u.undoes = s.id)",
                  sha256,
                  who,
                ),
            )
            .sort(
              (a, b) =>
                rank.indexOf(a.decision) - rank.indexOf(b.decision) ||
                a.p - b.p ||
                (a.sha256 < b.sha256 ? -1 : 1),
            )
            .map(({ sha256 }) => sha256);
          const given = { who, folder, breed };
          for (const few of [0, 5, 20_000])
            assert.deepEqual(
              nextDoubtful(catalogue, given, 12, few),
              plain.slice(0, 12),
              JSON.stringify(given),
            );
          offered += plain.length;
        }
  }
  assert.ok(offered > 500, `${offered} photos were offered`);
});
