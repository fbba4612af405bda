// Worker threads start without tsx: this bootstrap registers it (for require and for import()), then runs the
// TypeScript beside it.
import { register as registerRequire } from 'tsx/cjs/api';
import { register as registerImport } from 'tsx/esm/api';

registerRequire();
registerImport();
await import('./inference-worker');
