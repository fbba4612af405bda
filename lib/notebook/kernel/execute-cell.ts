import { SourceMap } from 'node:module';
import { setImmediate as turn } from 'node:timers/promises';
import { runInThisContext } from 'node:vm';
import { type CompiledCell, compileCell } from './compile-cell';
import { type CellError, describeSyntax, describeThrown, type Places } from './describe-error';
import { disposeOverwritten } from './dispose-overwritten';
import { createImporter } from './import-module';
import type { Library } from './load-library';
import { CellSyntaxError } from './strip-types';

/** How a cell ended. */
export interface CellOutcome {
  error: CellError | null;
  /** Value of its last expression; absent when it has none. */
  result?: unknown;
}

interface ShownCell {
  name: string;
  source: string;
  maps: SourceMap[];
}

/** What a running cell shares with long work; see lib/base/interrupt.ts. */
interface CellInterrupt {
  signal: AbortSignal;
  active: Set<object>;
  kept: string[];
}

/** Runs cells one after the other; see {@link createExecutor}. */
export interface Executor {
  /** Variables of all cells. */
  scope: Record<string, unknown>;
  places: Places;
  /** @param check finds errors of types before the cell runs; null when there are none */
  execute(count: number, source: string, check: () => Promise<CellError | null>): Promise<CellOutcome>;
  /** Stops the running cell; `line` where it was, if it is known. */
  interrupt(line?: string): void;
  /** Something went wrong outside of any await: the running cell fails with it; false when none runs. */
  stray(error: CellError): boolean;
}

const INTERRUPT = Symbol.for('dogbreeds.interrupt');
/** A stopped training may finish its batch and put its best weights back, and the cell test what it has. */
const KEEP_MS = 15_000;
const LOST = 'what was reached is lost: the cell did not end with it in time, or was stopped twice';

const shared = globalThis as unknown as { [INTERRUPT]?: CellInterrupt };

/** A set whose size other threads can read. */
class CountedSet extends Set<object> {
  constructor(private readonly flags: Int32Array) {
    super();
    Atomics.store(flags, 1, 0);
  }
  override add(value: object): this {
    super.add(value);
    Atomics.store(this.flags, 1, this.size);
    return this;
  }
  override delete(value: object): boolean {
    const had = super.delete(value);
    Atomics.store(this.flags, 1, this.size);
    return had;
  }
}

class InterruptedCell extends Error {
  override name = 'Interrupted';
}

/**
 * @param root the project root; cells import from there
 * @param failFast whether an error outside of any await ends the running cell at once
 * @param flags shared with the control channel: [1] counts work that keeps what it has when it is stopped
 */
export function createExecutor(
  root: string,
  library: Library,
  failFast: boolean,
  flags: Int32Array,
): Executor {
  const scope: Record<string, unknown> = {};
  const cells = new Map<string, ShownCell>();
  const places: Places = {
    mapsOf(file) {
      const cell = cells.get(file);
      if (cell) return cell.maps;
      const map = library.mapOf(file);
      return map ? [map] : null;
    },
    sourceOf: (file) => cells.get(file)?.source ?? '',
  };
  let running: { fail: (error: unknown) => void; stop: (line?: string) => void } | null = null;
  let strayed: CellError | null = null;

  const run = async (compiled: CompiledCell, name: string): Promise<unknown[] | undefined> => {
    const controller = new AbortController();
    const interrupt: CellInterrupt = { signal: controller.signal, active: new CountedSet(flags), kept: [] };
    const said = (line?: string) =>
      new InterruptedCell(
        ['the cell was stopped', ...(line ? [`at ${line}`] : []), ...interrupt.kept].join('; '),
      );
    let asked: string | undefined;
    const check = (value?: unknown): unknown => {
      if (controller.signal.aborted) throw said(asked);
      return value;
    };
    shared[INTERRUPT] = interrupt;
    const given = [scope, createImporter(root, library), check, (id: string) => library.require(id, root)];
    const broken = new Promise<never>((_resolve, reject) => {
      running = {
        fail: reject,
        stop(line) {
          const again = controller.signal.aborted;
          asked = line ?? asked;
          controller.abort(new InterruptedCell('stopped'));
          // Work that keeps what it has ends by itself, and the cell goes on with that to its end; what does not
          // listen is left behind. A second request waits for nothing.
          const since = Date.now();
          const wait = () => {
            if (interrupt.active.size > 0 && !again && Date.now() - since < KEEP_MS) {
              setTimeout(wait, 50);
              return;
            }
            if (interrupt.kept.length > 0) interrupt.kept = [LOST];
            reject(said(asked));
          };
          setTimeout(wait, interrupt.active.size > 0 ? 50 : 100);
        },
      };
    });
    broken.catch(() => {});
    const body = runInThisContext(compiled.code, { filename: name, displayErrors: false }) as (
      ...given: unknown[]
    ) => Promise<unknown[] | undefined>;
    // In a turn of its own: a loop that is stopped from outside takes everything on its stack with it.
    const ran = Promise.resolve().then(() => body(...given));
    ran.catch(() => {});
    const returned = await Promise.race([ran, broken]);
    check();
    return returned;
  };

  return {
    scope,
    places,
    async execute(count, source, checkTypes) {
      const name = `In[${count}]`;
      strayed = null;
      library.refresh();
      const cell: ShownCell = { name, source, maps: [] };
      cells.set(name, cell);
      let compiled: CompiledCell;
      try {
        compiled = compileCell(source, new Set(Object.keys(scope)));
      } catch (error) {
        if (!(error instanceof CellSyntaxError)) throw error;
        return { error: describeSyntax(error, cell) };
      }
      const typeError = await checkTypes();
      if (typeError) return { error: typeError };
      cell.maps = compiled.maps.map((map) => new SourceMap(JSON.parse(map)));
      const before = compiled.names.map((variable) => scope[variable]);
      try {
        const returned = await run(compiled, name);
        // A promise that was rejected meanwhile is reported by Node after the microtasks of this turn.
        for (let turns = 0; turns < 3; turns++) await turn();
        if (strayed) return { error: strayed };
        disposeOverwritten(before, scope);
        return returned ? { error: null, result: returned[0] } : { error: null };
      } catch (error) {
        if (strayed) return { error: strayed };
        const described = describeThrown(error, places, root);
        const isStop = ['Interrupted', 'AbortError'].includes(described.ename);
        return {
          error: isStop ? { ...described, traceback: [`Interrupted: ${described.evalue}`] } : described,
        };
      } finally {
        running = null;
        shared[INTERRUPT] = undefined;
      }
    },
    interrupt: (line) => running?.stop(line),
    stray(error) {
      if (!running) return false;
      strayed ??= error;
      if (failFast) running.fail(new Error('an error outside of the cell'));
      return true;
    },
  };
}
