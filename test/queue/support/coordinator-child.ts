// A coordinator in a process of its own, to be killed: node --import tsx coordinator-child.ts URL FOLDER CATALOGUE
import { indexCollection } from '../../../lib/catalogue/run/index-collection';
import { queueRunner } from '../../../lib/catalogue/run/queue-runner';
import { openCatalogue } from '../../../lib/catalogue/store/open-catalogue';
import { addRoot } from '../../../lib/catalogue/store/roots';
import { meanColourClassifier } from '../../catalogue/support/mean-colour-classifier';

const [url = '', folder = '', file = ''] = process.argv.slice(2);
const classifier = meanColourClassifier();
const catalogue = openCatalogue(file);
indexCollection(catalogue, [addRoot(catalogue, folder)], {
  classifier,
  runner: queueRunner({ url, model: classifier.id, giveUpMs: 20_000, lockMs: 1500 }),
  onProgress: ({ step, done }) => step === 'classify' && console.log(`done ${done}`),
}).then(
  () => console.log('finished'),
  (error: Error) => {
    console.log(error.message);
    process.exitCode = 1;
  },
);
