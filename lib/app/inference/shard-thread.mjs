// Worker threads start without tsx: this bootstrap registers it, then runs the TypeScript beside it.
import { register as registerRequire } from 'tsx/cjs/api';
import { register as registerImport } from 'tsx/esm/api';

registerRequire();
registerImport();
await import('./shard-thread');
