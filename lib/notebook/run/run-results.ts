import { stripVTControlCharacters } from 'node:util';
import { movedAnswers } from './compare-runs';
import type { NotebookOutcome } from './run-all';

const escapeXml = (text: string): string =>
  stripVTControlCharacters(text)
    // Characters that XML 1.0 has no place for.
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd]/g, '')
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/**
 * A run in JUnit's format: one suite, one case for each notebook; what did not run is skipped, what failed carries the
 * cell, its source and the stack. What CI systems read (https://github.com/testmoapp/junitxml).
 *
 * @param seconds of the whole run
 */
export function formatJunit(outcomes: readonly NotebookOutcome[], seconds: number): string {
  const failed = outcomes.filter(({ status }) => status === 'failed').length;
  const skipped = outcomes.filter(({ status }) => status === 'skipped' || status === 'not run').length;
  const cases = outcomes.map(({ planned, status, record, message }) => {
    const time = (status === 'skipped' ? 0 : (record?.seconds ?? 0)).toFixed(3);
    const open = `<testcase classname="notebooks" name="${escapeXml(planned.name)}" file="${escapeXml(planned.shown)}" time="${time}"`;
    if (status === 'ok') return `${open}/>`;
    if (status === 'failed') {
      const { ename = 'Error', evalue = '' } = record?.failure ?? {};
      return `${open}><failure type="${escapeXml(ename)}" message="${escapeXml(evalue.split('\n')[0] ?? '')}">${escapeXml(message)}</failure></testcase>`;
    }
    const why = status === 'skipped' ? 'nothing changed since its last run' : message;
    return `${open}><skipped message="${escapeXml(why)}"/></testcase>`;
  });
  const counts = `tests="${outcomes.length}" failures="${failed}" errors="0" skipped="${skipped}" time="${seconds.toFixed(3)}"`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites ${counts}>\n<testsuite name="dogbreeds run" ${counts}>\n${cases.join('\n')}\n</testsuite>\n</testsuites>\n`;
}

/** A run as JSON: how each notebook ended, its numbers, what moved since the run before. */
export function formatRunJson(outcomes: readonly NotebookOutcome[], seconds: number): string {
  const notebooks = outcomes.map((outcome) => {
    const { planned, status, record, executed, message } = outcome;
    return {
      name: planned.name,
      notebook: planned.shown,
      status,
      seconds: record?.seconds ?? null,
      startedAt: record?.startedAt ?? null,
      revision: record?.revision ?? null,
      parameters: planned.parameters,
      executed: record ? executed : null,
      failure: record?.failure ? { ...record.failure, cell: record.failure.cell + 1 } : null,
      message: stripVTControlCharacters(message),
      answers: record?.answers ?? [],
      moved: record ? movedAnswers(record) : [],
    };
  });
  const ok = outcomes.every(({ status }) => status === 'ok' || status === 'skipped');
  return `${JSON.stringify({ ok, seconds: Math.round(seconds * 1000) / 1000, notebooks }, null, 2)}\n`;
}

const escapeCommand = (text: string): string =>
  stripVTControlCharacters(text).replace(/%/g, '%25').replace(/\r/g, '%0D').replace(/\n/g, '%0A');

/**
 * Lines that GitHub Actions shows at the pull request
 * (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
 */
export function formatAnnotations(outcomes: readonly NotebookOutcome[]): string[] {
  return outcomes.flatMap(({ planned, status, record, message }) => {
    if (status !== 'failed') return [];
    const cell = record?.failure ? `, cell ${record.failure.cell + 1}` : '';
    const title = escapeCommand(`${planned.name}${cell}`).replace(/:/g, '%3A').replace(/,/g, '%2C');
    return `::error file=${escapeCommand(planned.shown)},title=${title}::${escapeCommand(message)}`;
  });
}
