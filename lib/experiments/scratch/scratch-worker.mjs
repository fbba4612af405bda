// A process that trains; it ends by itself when the one that asked is gone. Started without tsx: it is registered here.
process.on('disconnect', () => process.exit());
const { register: registerRequire } = await import('tsx/cjs/api');
const { register: registerImport } = await import('tsx/esm/api');
registerRequire();
registerImport();
await import('./scratch-worker');
