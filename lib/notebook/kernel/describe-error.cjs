// Turns what a cell threw, or what the compiler found, into Jupyter's error fields. tslab leaves them empty.
const { readFileSync } = require('node:fs');
const { relative } = require('node:path');
const { inspect } = require('node:util');

const red = (text) => `\u001b[31m${text}\u001b[39m`;

/** Three lines of source around `line` (1-based) with a marker under `column` (1-based). */
function excerpt(source, line, column) {
  const lines = source.split('\n');
  const from = Math.max(1, line - 1);
  return lines.slice(from - 1, line + 1).flatMap((text, index) => {
    const number = from + index;
    const row = `${number === line ? '>' : ' '} ${String(number).padStart(4)} | ${text}`;
    return number === line ? [row, `       | ${' '.repeat(Math.max(0, column - 1))}${red('^')}`] : [row];
  });
}

/**
 * @param diagnostics tslab's diagnostics (0-based lines; `fileName` is relative, absent for the cell)
 * @param cell { name, source } of the cell
 * @param root the project root
 * @returns { ename, evalue, traceback } as in Jupyter's error message
 */
function describeDiagnostics(diagnostics, cell, root) {
  const lines = diagnostics.flatMap(({ fileName, start, messageText, code }) => {
    const [line, column] = [start.line + 1, start.character + 1];
    const source = fileName ? readFileSync(`${root}/${fileName}`, 'utf8') : cell.source;
    return [
      `${fileName ?? cell.name}:${line}:${column} - ${red(`error TS${code}`)}: ${messageText}`,
      ...excerpt(source, line, column),
    ];
  });
  const { fileName, start, messageText } = diagnostics[0];
  const evalue = `${fileName ?? cell.name}:${start.line + 1}:${start.character + 1} - ${messageText}`;
  // Paths below the project only: messages end up in reports.
  const inside = (text) => text.replaceAll(`${root}/`, '');
  return { ename: 'CompileError', evalue: inside(evalue), traceback: lines.map(inside) };
}

/** Follows a position in compiled code back through its maps (last step first); 1-based, or null. */
function original(maps, line, column) {
  let at = { line: line - 1, column: column - 1 };
  for (const map of maps) {
    const entry = map.findEntry(at.line, at.column);
    if (entry.originalLine === undefined) return null;
    at = { line: entry.originalLine, column: entry.originalColumn };
  }
  return { line: at.line + 1, column: at.column + 1 };
}

const cellLine = (row) => /In\[\d+\]:\d+/.exec(row)?.[0] ?? null;

/** Frames of Node's and tslab's own code, which say nothing to the reader of a notebook. */
const FOREIGN = /^\s+at .*(node:|\/tslab\/dist\/|kernel-launcher\.cjs|\/notebook\/tslab\/)/;

/**
 * @param error what was thrown: an Error, or any value
 * @param places { mapsOf(file), sourceOf(file) } for the files `In[n]` and `lib/x.js`
 * @param root the project root
 * @returns { ename, evalue, traceback } as in Jupyter's error message
 */
function describeThrown(error, places, root) {
  const isError = error instanceof Error || (error && typeof error.message === 'string');
  const text = typeof error === 'string' ? error : inspect(error, { depth: 4, maxStringLength: 2000 });
  let first = null;
  const stack = text
    .split('\n')
    .filter((line) => !FOREIGN.test(line))
    .map((row) =>
      row.replace(/(In\[\d+\]|\/[^\s():]+\.js):(\d+):(\d+)/, (whole, file, line, column) => {
        const maps = places.mapsOf(file);
        if (!maps) return file.startsWith(root) ? whole.replace(file, relative(root, file)) : whole;
        const at = original(maps, Number(line), Number(column));
        const name = file.startsWith('In[') ? file : relative(root, file).replace(/\.js$/, '.ts');
        // A cell's first line holds the prefix `export {};` that tslab puts before it.
        if (at && file.startsWith('In[')) at.line -= 1;
        if (!at) return name;
        if (file.startsWith('In[') && !first) first = { file, ...at };
        return `${name}:${at.line}:${at.column}`;
      }),
    )
    // tslab runs a cell inside a function of its own: the second frame of the same line says nothing.
    .filter(
      (row, index, rows) => cellLine(row) === null || cellLine(row) !== cellLine(rows[index - 1] ?? ''),
    );
  const shown = first
    ? [`${first.file}:`, ...excerpt(places.sourceOf(first.file), first.line, first.column)]
    : [];
  return {
    ename: isError ? String(error.name ?? 'Error') : typeof error,
    evalue: (isError ? String(error.message) : text).replaceAll(`${root}/`, ''),
    traceback: [...shown, ...(shown.length > 0 ? [''] : []), red(stack[0]), ...stack.slice(1)].map((line) =>
      line.replaceAll(`${root}/`, ''),
    ),
  };
}

module.exports = { describeDiagnostics, describeThrown };
