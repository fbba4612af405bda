/** Prints the search that ships as JSON, for make_importance.py. */
import { loadScratchSearch } from '../../../lib/experiments/index';

void loadScratchSearch().then(({ space, trials }) => console.log(JSON.stringify({ space, trials })));
