import { join } from 'node:path';
import { build } from 'esbuild';

/** Where the pages' files lie. */
export const PAGE_FOLDER = join(__dirname, '..', 'page');

/**
 * A page's script: its TypeScript files as one, made when somebody asks for it first (some milliseconds).
 *
 * @param entry `main.ts`, `review.ts` or `board.ts`
 * @returns the script, and the paths of the files that it consists of
 */
export async function bundlePage(entry: string): Promise<{ script: Buffer; sources: string[] }> {
  const { outputFiles, metafile } = await build({
    entryPoints: [join(PAGE_FOLDER, entry)],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    metafile: true,
    logLevel: 'silent',
  });
  return {
    script: Buffer.concat(outputFiles.map(({ contents }) => contents)),
    sources: Object.keys(metafile.inputs),
  };
}
