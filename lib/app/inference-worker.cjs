// Worker threads start without tsx: this bootstrap registers it, then runs the TypeScript beside it.
require('tsx/cjs/api').register();
require('./inference-worker.ts');
