import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startKernel } from '../../lib/notebook/kernel/kernel';
import type { Message } from '../../lib/notebook/kernel/messages';

describe('types in the background', () => {
  it('a cell starts before its types are checked; what is wrong is told under it', async () => {
    const messages: Message[] = [];
    const kernel = await startKernel({
      onMessage: (message) => messages.push(message),
      env: { DOGBREEDS_TYPES: 'background' },
    });
    try {
      const { id, done } = kernel.execute("const size: number = 'large';\nsize");
      assert.equal((await done).status, 'ok');
      const told = () =>
        messages
          .filter(({ header, parent_header }) => header.msg_type === 'stream' && parent_header.msg_id === id)
          .map(({ content }) => content.text)
          .join('');
      for (let tries = 0; told() === '' && tries < 600; tries++)
        await new Promise((resolve) => setTimeout(resolve, 50));
      assert.match(
        told(),
        /In\[1\]:1:7 - .*error TS2322.*: Type 'string' is not assignable to type 'number'/,
      );
    } finally {
      await kernel.shutdown();
    }
  });
});
