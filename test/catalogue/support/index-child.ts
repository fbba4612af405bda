// A process that indexes a folder and is killed meanwhile: node --import tsx index-child.ts FOLDER CATALOGUE
import { indexCollection } from '../../../lib/catalogue/run/index-collection';
import { openCatalogue } from '../../../lib/catalogue/store/open-catalogue';
import { addRoot } from '../../../lib/catalogue/store/roots';
import { meanColourClassifier } from './mean-colour-classifier';

const [folder = '', file = ''] = process.argv.slice(2);
const catalogue = openCatalogue(file);
process.stdout.write('open\n');
indexCollection(catalogue, [addRoot(catalogue, folder)], { classifier: meanColourClassifier() }).then(
  (summary) => process.stdout.write(`${JSON.stringify(summary)}\n`),
  (error: Error) => {
    process.stdout.write(`${error.message}\n`);
    process.exitCode = 1;
  },
);
