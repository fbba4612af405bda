// A coordinator in a process of its own, to be killed; it shows what `dogbreeds index` shows: node --import tsx coordinator-child.ts URL FOLDER CATALOGUE
import { showProgress } from '../../../lib/catalogue/run/describe-run';
import { indexCollection } from '../../../lib/catalogue/run/index-collection';
import { queueRunner } from '../../../lib/catalogue/run/queue-runner';
import { openCatalogue } from '../../../lib/catalogue/store/open-catalogue';
import { addRoot } from '../../../lib/catalogue/store/roots';
import { describeWorkers, type QueueCounts } from '../../../lib/queue/index';
import { meanColourClassifier } from '../../catalogue/support/mean-colour-classifier';

const [url = '', folder = '', file = ''] = process.argv.slice(2);
const classifier = meanColourClassifier();
let counts: QueueCounts | undefined;
const onCounts = (now: QueueCounts) => {
  counts = now;
};
const shown = showProgress(() => counts);
const catalogue = openCatalogue(file);
indexCollection(catalogue, [addRoot(catalogue, folder)], {
  classifier,
  runner: queueRunner({ url, model: classifier.id, giveUpMs: 20_000, lockMs: 1500, onCounts }),
  onProgress: (progress) => {
    shown.progress(progress);
    if (progress.step === 'classify' && progress.done > 0) console.log(`done ${progress.done}`);
  },
}).then(
  () => console.log(`${describeWorkers(counts, 'photos')}\nfinished`),
  (error: Error) => {
    console.log(error.message);
    process.exitCode = 1;
  },
);
