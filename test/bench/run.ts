/**
 * Runs a benchmark: `npm run bench -- <name> [--json] [more flags]` calls the default export of `test/bench/<name>.ts`
 * with the flags. With `--json` the benchmark's result is the last line, as one JSON object.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A benchmark: returns its figures as a JSON-able object; progress goes to stderr. */
export type Benchmark = (flags: string[]) => Promise<Record<string, unknown>>;

async function main(): Promise<void> {
  const [name, ...flags] = process.argv.slice(2);
  const names = readdirSync(__dirname)
    .filter((file) => file.endsWith('.ts') && file !== 'run.ts')
    .map((file) => file.slice(0, -3));
  if (!name || !existsSync(join(__dirname, `${name}.ts`))) {
    throw new Error(`expected the name of a benchmark (${names.join(', ')}), received ${name ?? 'nothing'}`);
  }
  const module = (await import(join(__dirname, `${name}.ts`))) as {
    default: Benchmark | { default: Benchmark };
  };
  const benchmark = typeof module.default === 'function' ? module.default : module.default.default;
  const result = await benchmark(flags);
  console.log(flags.includes('--json') ? JSON.stringify(result) : JSON.stringify(result, null, 2));
}

main().then(
  () => process.exit(0),
  (error: Error) => {
    console.error(error.message);
    process.exit(1);
  },
);
