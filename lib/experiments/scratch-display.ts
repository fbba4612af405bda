import type { Dataset } from '../dataset/index';
import {
  claimAgainstChance,
  claimBeside,
  claimMoreClasses,
  claimTraining,
  PRESENTATION,
} from '../evaluation/index';
import {
  curves,
  guessTable,
  picturesName,
  scoreTable,
  share,
  showClaims,
  showFigure,
  showTable,
  trainingCurvesFigure,
} from '../figures/index';
import { buildScratchCnn } from '../models/index';
import { type PublishedScratchRun, publishedScratch } from './published-scratch';
import type { ScratchRun } from './train-scratch';

/** The presentation's figures for so many breeds, where it has any. */
const reference = (breeds: number) =>
  breeds === 5 || breeds === 20 ? PRESENTATION.scratch[breeds] : undefined;

/** Parameters of the small network, ours and the presentation's. @example showTable(parameterTable()) */
export function parameterTable(): Record<string, unknown>[] {
  return ([5, 20] as const).map((breeds) => {
    const model = buildScratchCnn({ classes: breeds, imageSize: 300, seed: 0 });
    const ours = model.countParams();
    model.dispose();
    return { breeds, 'parameters, ours': ours, presentation: PRESENTATION.scratch[breeds].parameters };
  });
}

/** Sentences about a run on real photos beside the presentation and beside guessing. */
function claimsOf({ breeds, precision, test, chance, baseline }: PublishedScratchRun): string[] {
  const theirs = reference(breeds);
  const guess = Math.max(chance, baseline);
  return [
    claimAgainstChance(`With ${breeds} breeds the network`, test.accuracy, guess),
    theirs
      ? claimBeside(
          `Macro precision with ${breeds} breeds`,
          precision,
          theirs.precisionMacro,
          'the presentation',
        )
      : '',
  ];
}

/** Shows the run on real photos that ships with the project, or, where none does, the presentation's figures. */
export function showPublishedScratch(): void {
  const published = publishedScratch();
  if (!published) {
    const rows = ([5, 20] as const).map((breeds) => {
      const { precisionMacro, precisionMicro } = PRESENTATION.scratch[breeds];
      return { breeds, 'macro precision': share(precisionMacro), 'micro precision': share(precisionMicro) };
    });
    showTable(rows, { caption: "The presentation's figures; no run of ours ships with this version" });
    return;
  }
  const { runs, dataset, date } = published;
  const sizes = [...new Set(runs.map(({ imageSize }) => imageSize))].join(' and ');
  const what = `published run of ${date.slice(0, 10)}, ${dataset}, ${sizes} px`;
  showTable(guessTable(runs), { caption: `Test accuracy, ${what}` });
  const named = runs.map(({ breeds, history }) => ({ name: `${breeds} breeds`, history: curves(history) }));
  showFigure(trainingCurvesFigure(named, 'Published run on real photos'));
  showClaims(...runs.flatMap(claimsOf));
}

/** Shows a run: curves, scores, and what the curves say; drawn pictures are called so and compared with nobody. */
export function showScratch(dataset: Dataset, run: ScratchRun): void {
  const isDrawn = dataset.kind === 'drawn';
  const { breeds, history, test } = run;
  const of = `${breeds} breeds, ${isDrawn ? 'drawn examples' : dataset.name}`;
  showFigure(
    trainingCurvesFigure([{ name: `${breeds} breeds`, history: curves(history) }], `Training, ${of}`),
  );
  const tested = picturesName(dataset, test.accuracy.of ?? 0);
  showTable(scoreTable(test, isDrawn ? undefined : reference(breeds)), {
    caption: `${of}: ${tested} tested`,
  });
  showClaims(claimTraining(`With ${breeds} breeds`, history));
}

/** What runs on photos are worth; of drawn pictures only that training works is said. */
export function showScratchClaims({ kind }: Dataset, runs: readonly ScratchRun[]): void {
  if (kind === 'drawn') {
    showClaims(
      'Drawn examples: they show that the network and its training work, and say nothing of how hard dogs are.',
    );
    return;
  }
  const [few, many] = runs;
  const both =
    few && many
      ? claimMoreClasses(
          { classes: few.breeds, share: few.test.accuracy },
          { classes: many.breeds, share: many.test.accuracy },
        )
      : '';
  showClaims(...runs.flatMap(claimsOf), both);
}
