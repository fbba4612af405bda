// The process that computes. Ctrl-C reaches every process of a terminal: the server, which answers what it took, ends
// this one, and this one ends by itself when the server is gone. Started without tsx: it is registered here.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());
const { register: registerRequire } = await import('tsx/cjs/api');
const { register: registerImport } = await import('tsx/esm/api');
registerRequire();
registerImport();
await import('./inference-process');
