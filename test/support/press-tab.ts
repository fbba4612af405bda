import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks for completions at the end of `code` until some are offered, at most for a minute, as a person presses Tab
 * again: the kernel offers nothing where its types take more than 4 s to load. `cursor_pos` counts code points.
 */
export async function pressTab(
  code: string,
  ask: (place: { code: string; cursor_pos: number }) => Promise<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const end = Date.now() + 60_000;
  for (;;) {
    const reply = await ask({ code, cursor_pos: [...code].length });
    const nothing = Array.isArray(reply.matches) && reply.matches.length === 0;
    if (!nothing || Date.now() > end) return reply;
    await sleep(200);
  }
}
