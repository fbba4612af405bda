export { cellShapeFaults, checkCells } from './cells/check-cells';
export { formatCells } from './cells/format-cells';
export { installOutputFilter } from './cells/install-filter';
export { LANGUAGES } from './deck/language';
export { deckFile } from './deck/render-deck';
export { writeDeck } from './deck/write-deck';
export type { ExecuteReply, Kernel } from './kernel/kernel';
export { installKernel } from './kernel/kernel-spec';
export { type Notebook, readNotebook } from './notebook-file';
export { markIndex, markReadme } from './report/mark-stale';
export { formatSeconds, type Report, type ReportRun } from './report/render-report';
export { type MovedAnswer, movedAnswers } from './run/compare-runs';
export { gitRevision, lastChanged } from './run/git-revision';
export { type Parameter, type ParameterValue, readParameterFile } from './run/parameters';
export { type NotebookOutcome, runAll } from './run/run-all';
export type {
  RunEvent,
  RunFailure,
  RunOptions,
  RunResult,
} from './run/run-notebook';
export { type GivenParameters, listNotebooks, planRun, runSlug } from './run/run-plan';
export { formatAnnotations, formatJunit, formatRunJson } from './run/run-results';
export { createTerminal } from './run/terminal';
export { createReportWriter } from './run/write-reports';
