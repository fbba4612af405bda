import type { Command } from 'commander';
import {
  cataloguePath,
  compareModels,
  countDecisions,
  listModels,
  listRoots,
  openCatalogue,
} from '../../catalogue/index';

/** `dogbreeds index status`: roots, decisions, models and the last runs of a catalogue. */
export function statusCommand(options: { catalogue?: string; json?: boolean }): void {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    const { db } = catalogue;
    const status = {
      catalogue: catalogue.path,
      roots: listRoots(catalogue),
      decisions: countDecisions(catalogue),
      models: listModels(catalogue),
      runs: db
        .prepare('select id, kind, started, ended, outcome from run order by id desc limit 5')
        .all() as {
        id: number;
        kind: string;
        started: string;
        ended: string | null;
        outcome: string;
      }[],
    };
    if (options.json) {
      console.log(JSON.stringify(status));
      return;
    }
    console.log(status.catalogue);
    for (const { name, folder } of status.roots) console.log(`root   ${name}: ${folder}`);
    for (const [decision, n] of Object.entries(status.decisions))
      console.log(`photos ${decision.replaceAll('_', ' ')}: ${n}`);
    for (const { id, description, current, photos } of status.models)
      console.log(`model  ${id}${current ? ' (current)' : ''}: ${photos} photos, ${description}`);
    for (const { id, kind, started, ended, outcome } of status.runs)
      console.log(`run    ${id} ${kind}: ${started} to ${ended ?? '-'}, ${outcome}`);
  } finally {
    catalogue.close();
  }
}

/** `dogbreeds index compare A B`: what changes from one model to another. */
export function compareCommand(
  before: string,
  after: string,
  options: { catalogue?: string; json?: boolean },
): void {
  const catalogue = openCatalogue(cataloguePath(options.catalogue), { mustExist: true });
  try {
    const compared = compareModels(catalogue, before, after);
    if (options.json) {
      console.log(JSON.stringify(compared));
      return;
    }
    const { photos, changed, judged, rightBefore, rightAfter, changes } = compared;
    console.log(
      `${changed} of ${photos} answers change; of ${judged} verdicts ${rightBefore} agreed before, ${rightAfter} after`,
    );
    for (const change of changes)
      console.log(
        `${change.path}: ${change.before} -> ${change.after}${change.verdict ? `  (a person: ${change.verdict})` : ''}`,
      );
  } finally {
    catalogue.close();
  }
}

/** Adds `status` and `compare` to `dogbreeds index`. */
export function registerStatus(index: Command): void {
  index
    .command('status')
    .description('roots, decisions, models and the last runs')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--json', 'print JSON')
    .action((options, command: Command) => statusCommand({ ...command.optsWithGlobals(), ...options }));
  index
    .command('compare')
    .description("what changes from one model's answers to another's; first where a person has spoken")
    .argument('<before>', 'id of a model, as "index status" lists them')
    .argument('<after>', 'id of another')
    .option('--catalogue <file>', "the catalogue (default: in the user's data folder)")
    .option('--json', 'print JSON')
    .action((before, after, options, command: Command) =>
      compareCommand(before, after, { ...command.optsWithGlobals(), ...options }),
    );
}
