// A run whose second photo takes until a line comes from stdin; with none it ends at once: node --import tsx progress-child.ts
import { once } from 'node:events';
import { showProgress } from '../../../lib/catalogue/index';

async function main(): Promise<void> {
  const shown = showProgress();
  shown.progress({ step: 'classify', done: 0, total: 3 });
  await new Promise((resolve) => setTimeout(resolve, 300));
  shown.progress({ step: 'classify', done: 1, total: 3 });
  if (process.argv[2] === 'forget') return; // without end(): the timer alone keeps no process alive
  await once(process.stdin, 'data');
  process.stdin.destroy();
  shown.end();
  process.stderr.write('after the run\n');
  await new Promise((resolve) => setTimeout(resolve, 1500)); // time for a line that must not come
}

void main();
