/** Prints the search that ships as JSON, for make_importance.py. */
import { loadScratchSearch } from '../../../lib/experiments/index';

void loadScratchSearch().then((table) => console.log(JSON.stringify(table)));
