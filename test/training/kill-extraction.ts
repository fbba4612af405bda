import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { join } from 'node:path';

/** Extracts features of the drawn pictures in another process, and kills it after ten of them. @param flags see `extract-child.ts` */
export async function killExtraction(cacheFolder: string, ...flags: string[]): Promise<void> {
  const script = join(__dirname, 'extract-child.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', script, cacheFolder, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise<void>((resolve) => {
    child.stdout.on('data', (text: Buffer) => {
      if (Number(text.toString().trim().split('\n').at(-1)) >= 10) child.kill('SIGKILL');
    });
    child.on('close', () => resolve());
  });
  assert.equal(child.signalCode, 'SIGKILL');
}
