import { elementAt } from '../../base/index';
import { breedTable } from '../../dataset/index';
import { mostConfused, PRESENTATION } from '../../evaluation/index';
import { backboneName, type ConfusionValues, type FinalValues, type TrustValues } from '../../figures/index';
import { compareBars, frame, INK, slideAxis, ticks } from './charts';
import { drawMatrix } from './drawings';
import {
  columns,
  type DeckContext,
  list,
  needed,
  remark,
  type Slide,
  type SlideDefinition,
  table,
} from './slide';
import { scoreRows } from './slides-scratch';
import { FINAL_WORDS as W } from './words-final';

/** Layers that a person reads: those with parameters, and the frozen networks below them. */
function layerRows({ say, numbers }: DeckContext, { networks, features, layers }: FinalValues): string[][] {
  const below = networks.map((name) => [backboneName(name), '', say(W.finalFrozen)]);
  const last = below.at(-1);
  if (last) last[1] = numbers.whole(features);
  const own = layers
    .filter(({ kind }) => kind !== 'InputLayer')
    .map(({ kind, shape, parameters }) => [
      kind,
      shape.map((size) => (size === null ? '?' : numbers.whole(size))).join(' × '),
      numbers.whole(parameters),
    ]);
  return [...below, ...own];
}

/** The title of the final model: beside the presentation where the breeds are as many. */
export function finalTitle(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  { breeds, test, accuracy }: Pick<FinalValues, 'breeds' | 'test' | 'accuracy'>,
): string {
  const words = [numbers.whole(breeds), numbers.percent(accuracy.estimate), numbers.whole(test)] as const;
  return breeds === 120
    ? say(W.finalTitle)(...words, numbers.percent(PRESENTATION.final.precisionMicro))
    : say(W.finalOnly)(...words);
}

const finalModel: SlideDefinition = {
  id: 'final-model',
  chapter: 'final',
  needs: ['final'],
  about: { en: 'the final model', fr: 'le modèle final' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const value = needed(context, 'final');
    const title = finalTitle(context, value);
    const isTheirs = value.breeds === 120;
    const chart = await draw(
      compareBars(scoreRows(context, value.scores, isTheirs ? PRESENTATION.final : undefined), {
        width: 560,
        height: 300,
        to: 1,
        alt: title,
      }),
    );
    const layers = table(
      [say(W.finalLayer), say(W.finalShape), say(W.finalParameters)],
      layerRows(context, value).slice(0, 6),
    );
    const split = say(W.finalSplit)(
      numbers.whole(value.train),
      numbers.whole(value.validation),
      numbers.whole(value.test),
    );
    const right = isTheirs ? chart + remark(say(W.finalMark)) : chart;
    return {
      title,
      body:
        columns([layers + remark(split), right], '1fr 560px') + (isTheirs ? remark(say(W.finalTheirs)) : ''),
      source: say(W.finalSource)(value.protocol === 'official'),
      notes: say(W.finalNotes),
    };
  },
};

/** Breed -> group of the FCI; 0 where it lists no such breed. */
const groupTable = (): Map<string, number> =>
  new Map(breedTable().map(({ breed, fciGroup }) => [breed, fciGroup ?? 0]));

/** How far mistakes stay among breeds of a kind. */
export interface GroupShares {
  /** Groups that occur, in order. */
  groups: number[];
  /** Photos by group of the breed and of the answer. */
  counts: number[][];
  mistakes: number;
  /** Mistakes whose breed and answer are of one group. */
  inside: number;
  /** Share of mistakes that would stay inside if wrong answers were drawn blindly from the other breeds. */
  expected: number;
}

/** Counts a confusion matrix by FCI group; null where a breed is none of Stanford Dogs'. */
export function countGroups({ breeds, matrix }: ConfusionValues): GroupShares | null {
  const groupOfBreed = groupTable();
  if (breeds.some((breed) => !groupOfBreed.has(breed))) return null;
  const groupOf = breeds.map((breed) => groupOfBreed.get(breed) ?? 0);
  const groups = [...new Set(groupOf)].sort((a, b) => (a || 99) - (b || 99));
  const at = groupOf.map((group) => groups.indexOf(group));
  const counts = groups.map(() => groups.map(() => 0));
  let [mistakes, inside, expected] = [0, 0, 0];
  matrix.forEach((row, actual) => {
    const own = elementAt(at, actual);
    const peers = at.filter((group) => group === own).length - 1;
    row.forEach((count, predicted) => {
      const answer = elementAt(at, predicted);
      const line = elementAt(counts, own);
      line[answer] = elementAt(line, answer) + count;
      if (actual === predicted) return;
      mistakes += count;
      if (own === answer) inside += count;
      expected += (count * peers) / (breeds.length - 1);
    });
  });
  return { groups, counts, mistakes, inside, expected: mistakes > 0 ? expected / mistakes : 0 };
}

const OPENED = 8;

/** The breeds of the group with most mistakes inside it that are most often part of one. */
function openGroup(
  { breeds, matrix }: ConfusionValues,
  { groups }: GroupShares,
  nameOf: (breed: string) => string,
) {
  const wrong = (actual: number, predicted: number) =>
    actual === predicted ? 0 : elementAt(elementAt(matrix, actual), predicted);
  const groupOfBreed = groupTable();
  const membersOf = (group: number) =>
    breeds.flatMap((breed, index) => (groupOfBreed.get(breed) === group ? [index] : []));
  const inside = groups.map((group) => {
    const members = membersOf(group);
    return members.reduce((sum, a) => sum + members.reduce((all, b) => all + wrong(a, b), 0), 0);
  });
  const most = inside.indexOf(Math.max(...inside));
  const members = membersOf(elementAt(groups, most));
  const part = (index: number) =>
    members.reduce((sum, other) => sum + wrong(index, other) + wrong(other, index), 0);
  const shown = [...members]
    .sort((a, b) => part(b) - part(a))
    .slice(0, OPENED)
    .sort((a, b) => a - b);
  return {
    group: elementAt(groups, most),
    names: shown.map((index) => nameOf(elementAt(breeds, index))),
    counts: shown.map((a) => shown.map((b) => elementAt(elementAt(matrix, a), b))),
  };
}

const groupsSlide: SlideDefinition = {
  id: 'confusion-by-group',
  chapter: 'final',
  needs: ['confusion'],
  about: { en: 'the confusion matrix', fr: 'la matrice de confusion' },
  fits: ({ confusion }) => confusion !== undefined && countGroups(confusion) !== null,
  make(context): Slide {
    const { say, numbers } = context;
    const value = needed(context, 'confusion');
    const shares = countGroups(value);
    if (!shares) throw new Error('expected breeds of Stanford Dogs, received others');
    const { groups, counts, mistakes, inside, expected } = shares;
    const photos = counts.flat().reduce((sum, count) => sum + count, 0);
    const title =
      mistakes > 0
        ? say(W.groupsTitle)(numbers.percent(inside / mistakes, 0), numbers.percent(expected, 0))
        : say(W.groupsOwn)(numbers.whole(mistakes), numbers.whole(photos));
    const opened = openGroup(value, shares, context.breed);
    const name = (group: number) => say(W.groupNames)[group] ?? String(group);
    const rows = counts.map((row) => {
      const sum = row.reduce((all, count) => all + count, 0);
      return row.map((count) => (sum > 0 ? count / sum : 0));
    });
    const all = drawMatrix({
      rows: groups.map((group) => (group === 0 ? name(group) : `${group} ${name(group)}`)),
      columns: groups.map((group) => (group === 0 ? '–' : String(group))),
      shares: rows,
      text: (share) => (share >= 0.005 ? numbers.whole(Math.round(100 * share)) : ''),
      label: 188,
      cell: 38,
      alt: title,
    });
    const most = opened.counts.map((row) =>
      Math.max(
        1,
        row.reduce((sum, count) => sum + count, 0),
      ),
    );
    const one = drawMatrix({
      rows: opened.names,
      columns: opened.names.map((_, index) => String(index + 1)),
      numbered: true,
      shares: opened.counts.map((row, index) => row.map((count) => count / elementAt(most, index))),
      text: (_share, row, column) => {
        const count = elementAt(elementAt(opened.counts, row), column);
        return count > 0 ? numbers.whole(count) : '';
      },
      label: 244,
      cell: 36,
      alt: say(W.groupsOpened)(name(opened.group)),
    });
    return {
      title,
      body: columns(
        [
          `<p class="label">${say(W.groupsAll)}</p>${all}`,
          `<p class="label">${say(W.groupsOpened)(name(opened.group))}</p>${one}`,
        ],
        '572px 1fr',
      ),
      source: say(W.groupsSource),
      notes: say(W.groupsNotes),
    };
  },
};

const PAIRS = 8;

const pairs: SlideDefinition = {
  id: 'confused-pairs',
  chapter: 'final',
  needs: ['confusion'],
  about: { en: 'the pairs that are confused', fr: 'les paires confondues' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const { breeds, matrix } = needed(context, 'confusion');
    const groupOfBreed = groupTable();
    const found = mostConfused(matrix, PAIRS).map((pair) => {
      const [actual, predicted] = [elementAt(breeds, pair.actual), elementAt(breeds, pair.predicted)];
      const group = groupOfBreed.get(actual);
      return {
        ...pair,
        names: [context.breed(actual), context.breed(predicted)] as const,
        photos: elementAt(matrix, pair.actual).reduce((sum, count) => sum + count, 0),
        isSame: Boolean(group) && group === groupOfBreed.get(predicted),
      };
    });
    const [first] = found;
    const title = first
      ? say(W.pairsTitle)(...first.names, numbers.whole(first.count), numbers.whole(first.photos))
      : say(W.pairsNone);
    const chart = first
      ? await draw(
          compareBars(
            found.map(({ names, share, count, photos, isSame }) => ({
              name: `${names[0]} → ${names[1]}`,
              value: share,
              label: `${numbers.percent(share, 0)}, ${say(W.pairsLabel)(numbers.whole(count), numbers.whole(photos))}`,
              strong: isSame,
            })),
            { width: 1152, height: 54 * found.length + 8, alt: title },
          ),
        )
      : '';
    const same = found.filter(({ isSame }) => isSame).length;
    return {
      title,
      body:
        chart + (same > 0 ? remark(say(W.pairsSame)(numbers.whole(same), numbers.whole(found.length))) : ''),
      source: say(W.pairsSource),
      notes: say(W.pairsNotes),
    };
  },
};

/** What files itself at each wanted precision, in words. */
export function filedLines(
  { say, numbers }: Pick<DeckContext, 'say' | 'numbers'>,
  { filed }: TrustValues,
): string[] {
  return filed.map(({ wanted, filed: share, precision }) => {
    const asked = numbers.percent(wanted, 0);
    if (!precision) return say(W.trustNone)(asked);
    const line = say(W.trustFiled)(numbers.percent(share.estimate, 0), numbers.between(share, 0), asked);
    return `${line}<br>${say(W.trustMeasured)(numbers.percent(precision.estimate))}`;
  });
}

const trust: SlideDefinition = {
  id: 'trust',
  chapter: 'final',
  needs: ['trust'],
  about: { en: 'whether percentages can be trusted', fr: 'la confiance dans les pourcentages' },
  async make(context): Promise<Slide> {
    const { say, numbers, draw } = context;
    const value = needed(context, 'trust');
    const { before, after, filed } = value;
    const share = (index: number) => numbers.percent(filed[index]?.filed.estimate ?? 0, 0);
    const title = say(W.trustTitle)(share(0), share(1));
    const bins = after.bins.filter(({ count }) => count > 0);
    const most = Math.max(...bins.map(({ count }) => count));
    const steps = ticks([0, 0.25, 0.5, 0.75, 1], (each) => numbers.percent(each, 0));
    const chart = await draw({
      alt: title,
      data: [
        {
          type: 'scatter',
          mode: 'lines',
          x: [0, 1],
          y: [0, 1],
          line: { color: INK.mute, width: 3, dash: 'dot' },
        },
        {
          type: 'scatter',
          mode: 'markers',
          x: bins.map(({ confidence }) => confidence),
          y: bins.map(({ accuracy }) => accuracy),
          marker: {
            color: INK.accent,
            size: bins.map(({ count }) => 12 + 24 * Math.sqrt(count / most)),
            opacity: 0.9,
          },
          cliponaxis: false,
        },
      ],
      layout: frame(
        580,
        480,
        { l: 110, r: 24, t: 22, b: 84 },
        {
          xaxis: slideAxis(say(W.trustStated), { range: [0, 1.02], ...steps }),
          yaxis: slideAxis(say(W.trustRight), { range: [0, 1.02], ...steps }),
        },
      ),
    });
    const error = say(W.trustError)(
      numbers.percent(after.expectedError),
      numbers.percent(before.expectedError),
    );
    return {
      title,
      body: columns([chart, list(filedLines(context, value)) + remark(error)], '580px 1fr'),
      source: say(W.trustSource),
      notes: say(W.trustNotes),
    };
  },
};

/** The final model, in order. */
export const FINAL_SLIDES = [finalModel, groupsSlide, pairs, trust];
