import { join } from 'node:path';
import { stringify } from 'yaml';
import { formatPercent, writeFileAtomic } from '../../base/index';
import type { ClassifierEvaluation, FiledShare } from '../../evaluation/index';
import { type ClassifierMetadata, describeRecipe, weightRecord } from '../../models/index';
import type { FeatureSplit } from '../../training/index';

/** What a card is written from: values of the run that trained the model. */
export interface ModelCardFacts {
  /** For people, e.g. `Dog breeds, 120`. */
  name: string;
  metadata: ClassifierMetadata;
  /** Name of the head, e.g. `softmax regression`. */
  head: string;
  split: FeatureSplit;
  /** Name of the data set, e.g. `Stanford Dogs`. */
  dataset: string;
  /** What the photos were, one line. */
  source: string;
  test: ClassifierEvaluation;
  filing: readonly FiledShare[];
  /** Photos of the data set that have a copy; null where that was not looked at. */
  copies?: number | null;
  /** Time that features (where they were computed now) and fits took, seconds. */
  seconds: number;
  /** What computed, one line. */
  engine: string;
}

/** Draw of a desktop or notebook while it computes, W: an assumption, stated in the card. */
const WATTS = 65;
/** Grams of CO2 for one kWh, the world's mean in 2024 (Ember, Global Electricity Review 2025). */
const GRAMS_PER_KWH = 473;

const rounded = (value: number) => Number(value.toFixed(4));

/**
 * A model card as Hugging Face reads it: a YAML head (tags, data, metrics with their values, emissions) and sections in
 * the order of its template (Mitchell et al. 2019), all from the values of one run.
 *
 * @returns text of README.md
 * @example await writeModelCard('data/models/final', { name, metadata, head, split, source, test, filing, seconds, engine });
 */
export function modelCard(facts: ModelCardFacts): string {
  const {
    name,
    metadata,
    head,
    split,
    dataset,
    source,
    test,
    filing,
    copies = null,
    seconds,
    engine,
  } = facts;
  const { recipe, classNames, temperature, notSureBelow } = metadata;
  const networks = recipe.networks.map(({ backbone }) => weightRecord(backbone));
  const kwh = (seconds / 3600) * (WATTS / 1000);
  const grams = kwh * GRAMS_PER_KWH;
  const values = {
    accuracy: test.accuracy.estimate,
    f1: test.metrics['macro F1'],
    precision: test.metrics['macro precision'],
    recall: test.metrics['macro recall'],
  };
  const published = dataset === 'Stanford Dogs';
  const licence = published
    ? { license_name: 'research-only', license_link: 'http://vision.stanford.edu/aditya86/ImageNetDogs/' }
    : { license_name: 'as-the-photos' };
  const yaml = stringify({
    license: 'other',
    ...licence,
    library_name: 'tfjs',
    pipeline_tag: 'image-classification',
    tags: ['image-classification', 'dogs', 'tensorflow.js', ...networks.map(({ name: each }) => each)],
    ...(published && { datasets: ['stanford-dogs'] }),
    metrics: Object.keys(values),
    co2_eq_emissions: {
      emissions: rounded(grams),
      source: `time of this run at an assumed ${WATTS} W and ${GRAMS_PER_KWH} g/kWh; nothing was metered`,
      training_type: 'transfer learning',
      hardware_used: engine,
    },
    'model-index': [
      {
        name,
        results: [
          {
            task: { type: 'image-classification' },
            dataset: {
              name: dataset,
              type: dataset.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
              split: 'test',
            },
            metrics: Object.entries(values).map(([type, value]) => ({ type, value: rounded(value) })),
          },
        ],
      },
    ],
  });
  const weights = networks.map(({ title, licence, source: from }) => {
    const place = 'url' in from ? from.url : 'package' in from ? `the package ${from.package}` : 'npm';
    return `- ${title}: weights of ${place}, licence ${licence}.`;
  });
  const filed = filing.map(({ wanted, filed: share, threshold, precision }) =>
    precision
      ? `- ${formatPercent(wanted)} precision: ${formatPercent(share.estimate)} [${formatPercent(share.low)}, ${formatPercent(share.high)}] of the photos, from a probability of ${threshold.toFixed(3)} on; reached: ${formatPercent(precision.estimate)}.`
      : `- ${formatPercent(wanted)} precision: no threshold that the validation photos could vouch for files a test photo.`,
  );
  const { accuracy } = test;
  const sections: [string, string][] = [
    [
      'Model details',
      `${name}: ${head} on frozen features (${describeRecipe(recipe)}). ${classNames.length} classes. The recipe that makes features of a photo is in \`metadata.json\`; its hash is ${metadata.recipeHash.slice(0, 16)}.\n\n${weights.join('\n')}`,
    ],
    [
      'Uses',
      `Names the breed of the dog in a photo, to sort collections. Below a probability of ${notSureBelow.toFixed(3)} it says "not sure"; pictures far from all training photos are called "probably not a dog"${metadata.outOfDistribution ? '' : ' (not calibrated in this model)'}. Not meant for: deciding what a dog is for law, insurance or breeding; mixed breeds, for which it names one of its ${classNames.length}.`,
    ],
    [
      'Bias, risks and limitations',
      `Any picture of a dog is given one of ${classNames.length} names. Breeds that are alike are mistaken for each other (see the confusion matrix in the report). What the training photos do not show (puppies, odd coats, bad light), it was not taught.`,
    ],
    [
      'Leakage',
      `The networks were trained on ImageNet, labels included${published ? ', of which the photos of Stanford Dogs are a part: figures on these photos are higher than on photos of other origin' : '; photos of it in this data set would make its figures too high'}. ${copies === null ? 'Copies among the photos were not looked for in this run.' : `${copies} photos have an exact or near copy; notebook 01 lists them and says what they are worth.`}`,
    ],
    [
      'Training data',
      `${source}. Train ${split.train.labels.length}, validation ${split.validation.labels.length}, test ${split.test.labels.length} photos.${published ? ' For research only.' : ''} No photo is part of the model.`,
    ],
    [
      'Evaluation',
      `On ${split.test.labels.length} test photos, read once:\n\n| metric | value |\n| --- | --- |\n| accuracy | ${formatPercent(accuracy.estimate)} [${formatPercent(accuracy.low)}, ${formatPercent(accuracy.high)}] |\n${Object.entries(
        test.metrics,
      )
        .filter(([metric]) => metric !== 'accuracy')
        .map(([metric, value]) => `| ${metric} | ${value.toFixed(3)} |`)
        .join(
          '\n',
        )}\n\nProbabilities are calibrated by a temperature of ${temperature.toFixed(3)}. Filed without a person at a wanted precision (the lowest threshold at which the validation photos show it with 95 % confidence):\n\n${filed.join('\n')}`,
    ],
    [
      'Environmental impact',
      `Features (where they were not there already) and fits took ${(seconds / 60).toFixed(1)} minutes on ${engine}: about ${(1000 * kwh).toFixed(1)} Wh and ${grams.toFixed(1)} g of CO2, taking ${WATTS} W and ${GRAMS_PER_KWH} g/kWh (world mean of 2024); nothing was metered. The training of the networks below the head is not part of this.`,
    ],
  ];
  const body = sections.map(([title, text]) => `## ${title}\n\n${text}`).join('\n\n');
  return `---\n${yaml}---\n\n# ${name}\n\n${body}\n`;
}

/**
 * Writes {@link modelCard} into a model's folder, as `README.md`, where Hugging Face looks for it. Save the model first:
 * saving replaces the folder.
 *
 * @returns the card
 * @throws Error when the folder cannot be written
 */
export async function writeModelCard(folder: string, facts: ModelCardFacts): Promise<string> {
  const card = modelCard(facts);
  await writeFileAtomic(join(folder, 'README.md'), card);
  return card;
}

/**
 * A card as part of a report: without its YAML head, its headings two levels lower.
 *
 * @example showMarkdown(cardBody(card))
 */
export const cardBody = (card: string): string =>
  card
    .replace(/^---\n[\s\S]*?\n---\n/, '')
    .replace(/^#/gm, '###')
    .trim();

/** Seconds that fits took, and features where the table says so: it was computed in this run. */
export const secondsOf = (
  heads: readonly { seconds: number }[],
  table: { seconds?: number } | object,
): number =>
  heads.reduce((sum, { seconds }) => sum + seconds, 0) +
  ('seconds' in table && typeof table.seconds === 'number' ? table.seconds : 0);
