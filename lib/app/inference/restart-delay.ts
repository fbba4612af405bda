/** Starts in a row that may end before the model was ready for the first time. */
const FIRST_TRIES = 3;
const SHORTEST_MS = 250;
const LONGEST_MS = 30_000;

/**
 * How soon a process that died is started again: at once when it had computed something, else later and later, to half a
 * minute. It never gives up, but for a process that was never once ready.
 *
 * @example
 * const restart = new RestartDelay();
 * restart.afterDeath(); // 250: it had computed nothing
 */
export class RestartDelay {
  private idleDeaths = 0;
  private everReady = false;

  /** The process is ready. */
  ready(): void {
    this.everReady = true;
  }

  /** The process has computed something. */
  computed(): void {
    this.idleDeaths = 0;
  }

  /** Milliseconds until the next start, or null: it has never been ready and will not be. */
  afterDeath(): number | null {
    const deaths = this.idleDeaths++;
    if (!this.everReady) return deaths + 1 < FIRST_TRIES ? SHORTEST_MS : null;
    return deaths === 0 ? 0 : Math.min(LONGEST_MS, SHORTEST_MS * 2 ** (deaths - 1));
  }
}
