import { readFileSync } from 'node:fs';
import { writeFileAtomic } from '../base/index';

/** MIME types to their content: text, base64 of pictures, or JSON (https://nbformat.readthedocs.io). */
export type MimeBundle = Record<string, unknown>;

/** One output of a code cell, nbformat 4. */
export type Output =
  | { output_type: 'stream'; name: 'stdout' | 'stderr'; text: string }
  | { output_type: 'display_data'; data: MimeBundle; metadata: Record<string, unknown> }
  | {
      output_type: 'execute_result';
      data: MimeBundle;
      metadata: Record<string, unknown>;
      execution_count: number | null;
    }
  | { output_type: 'error'; ename: string; evalue: string; traceback: string[] };

/** What the project keeps in a cell's metadata beside Jupyter's own. */
export interface CellMetadata {
  tags?: string[];
  slideshow?: { slide_type?: string };
  dogbreeds?: { seconds?: number; status?: 'ok' | 'error' | 'not run' };
  [key: string]: unknown;
}

/** A cell with its source as one string. */
export type Cell =
  | { cell_type: 'markdown' | 'raw'; id?: string; metadata: CellMetadata; source: string }
  | {
      cell_type: 'code';
      id?: string;
      metadata: CellMetadata;
      source: string;
      outputs: Output[];
      execution_count: number | null;
    };

/** A code cell. */
export type CodeCell = Extract<Cell, { cell_type: 'code' }>;

/** A notebook, nbformat 4. */
export interface Notebook {
  cells: Cell[];
  metadata: {
    kernelspec?: { name: string; display_name: string; language?: string };
    dogbreeds?: {
      /** Notebooks (file names without `.ipynb`) that must have run before; absent: all earlier ones. */
      needs?: string[];
      /** Title in reports, index and deck; absent: the notebook's first heading. */
      title?: string;
      /** Section of the deck that it belongs to; absent: one of its own. */
      section?: string;
      /** Its place among the notebooks; absent: by name. */
      order?: number;
      /** Parameters that are only used when another one is given, e.g. `{ "inputSize": "dataset" }`. */
      onlyWith?: Record<string, string>;
    };
    [key: string]: unknown;
  };
  nbformat: 4;
  nbformat_minor: number;
}

const joined = (text: unknown): string => (Array.isArray(text) ? text.join('') : String(text ?? ''));

/** Text MIME types may come as lists of lines; JSON ones stay as they are. */
function joinBundle(data: MimeBundle): MimeBundle {
  const isText = (type: string) => type.startsWith('text/') || type.startsWith('image/');
  return Object.fromEntries(
    Object.entries(data).map(([type, value]) => [type, isText(type) ? joined(value) : value]),
  );
}

/**
 * Reads a notebook; sources and texts become plain strings.
 *
 * @param path an .ipynb file, nbformat 4
 * @throws Error when the file is missing, no JSON, or no notebook of nbformat 4
 * @example readNotebook('notebooks/01-eda.ipynb').cells.length
 */
export function readNotebook(path: string): Notebook {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`expected a notebook in ${path}, ${(error as Error).message}`);
  }
  return parseNotebook(text, path);
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * A notebook from its JSON text.
 *
 * @param name what errors call it, e.g. its path
 * @throws Error for what is no JSON, no notebook, or another version; it names the cell that is damaged
 */
export function parseNotebook(text: string, name: string): Notebook {
  let raw: unknown;
  try {
    raw = JSON.parse(text);
  } catch (error) {
    throw new Error(`expected a notebook (JSON) in ${name}, ${(error as Error).message}`);
  }
  if (!isObject(raw) || raw.nbformat !== 4 || !Array.isArray(raw.cells)) {
    const found = isObject(raw) ? `nbformat ${raw.nbformat}` : JSON.stringify(raw)?.slice(0, 40);
    throw new Error(
      `expected nbformat 4 with a list of cells in ${name}, received ${found}: upgrade it (jupyter nbconvert --to notebook)`,
    );
  }
  const cells = raw.cells.map(
    (cell: unknown, index): Cell => parseCell(cell, `cell ${index + 1} of ${name}`),
  );
  const metadata = isObject(raw.metadata) ? raw.metadata : {};
  return { ...raw, cells, metadata } as Notebook;
}

function parseCell(cell: unknown, name: string): Cell {
  if (!isObject(cell) || !['code', 'markdown', 'raw'].includes(String(cell.cell_type)))
    throw new Error(
      `expected a code, markdown or raw cell as ${name}, received ${JSON.stringify(cell).slice(0, 60)}`,
    );
  const metadata = isObject(cell.metadata) ? cell.metadata : {};
  const base = { ...cell, metadata, source: joined(cell.source) };
  if (cell.cell_type !== 'code') return base as unknown as Cell;
  const outputs = (Array.isArray(cell.outputs) ? cell.outputs : []).map((output: unknown): Output => {
    if (!isObject(output) || typeof output.output_type !== 'string')
      throw new Error(
        `expected outputs with an output_type in ${name}, received ${JSON.stringify(output).slice(0, 60)}`,
      );
    if (output.output_type === 'stream') return { ...output, text: joined(output.text) } as Output;
    if (output.output_type === 'error') return output as Output;
    return { ...output, data: joinBundle(isObject(output.data) ? output.data : {}) } as Output;
  });
  return { ...base, outputs, execution_count: cell.execution_count ?? null } as Cell;
}

/** Splits text as Jupyter does on disk: lines that keep their end. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];

/**
 * A notebook's text as Jupyter writes it (lists of lines, indent 1, keys in order, final newline), so that a
 * change is a small diff.
 */
export function formatNotebook(notebook: Notebook): string {
  // What cells show keeps its order: a report of the file is the report of the run.
  const sorted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(sorted);
    if (!value || typeof value !== 'object') return value;
    const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(entries.map(([key, child]) => [key, key === 'data' ? child : sorted(child)]));
  };
  const cells = notebook.cells.map((cell) => {
    const source = splitLines(cell.source);
    if (cell.cell_type !== 'code') return { ...cell, source };
    const outputs = cell.outputs.map((output) => {
      if (output.output_type === 'stream') return { ...output, text: splitLines(output.text) };
      if (output.output_type === 'error') return output;
      const data = Object.entries(output.data).map(([type, value]) => [
        type,
        typeof value === 'string' && (type.startsWith('text/') || type === 'image/svg+xml')
          ? splitLines(value)
          : value,
      ]);
      return { ...output, data: Object.fromEntries(data) };
    });
    return { ...cell, source, outputs };
  });
  return `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`;
}

/** Writes a notebook; a crash leaves the former file or the new one, never half of it. */
export async function writeNotebook(path: string, notebook: Notebook): Promise<void> {
  await writeFileAtomic(path, formatNotebook(notebook));
}

/** The notebook without outputs, execution counts and what a run noted in it: the form that is committed. */
export function stripNotebook(notebook: Notebook): Notebook {
  const cells = notebook.cells
    .filter((cell) => !cell.metadata.tags?.includes('injected-parameters'))
    .map((cell): Cell => {
      const { dogbreeds: _run, execution: _execution, ...metadata } = cell.metadata;
      if (cell.cell_type !== 'code') return { ...cell, metadata };
      return { ...cell, metadata, outputs: [], execution_count: null };
    });
  return { ...notebook, cells };
}
