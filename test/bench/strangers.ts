import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { loadServedModel } from '../../lib/app/index';
import { createRandom } from '../../lib/base/index';
import { type Box, boxArea, openDataset } from '../../lib/dataset/index';
import { wilsonInterval } from '../../lib/evaluation/index';
import { decodeImage, decodePhoto, marginBox, type RgbImage } from '../../lib/image/index';
import { type Classifier, decodeMeans, strangeness } from '../../lib/models/index';
import { loadShippedFeatures, splitFeatures } from '../../lib/training/index';
import { photosFolder } from '../support/photos';
import { flagValue } from './support/flag-value';

/** ResNet50 at 224 px was served, its threshold at 1 % of the validation photos. */
const BEFORE = { 'crops to the box': 0.137 };

/**
 * How often the served model says "probably not a dog": of all test photos whose features ship (whole), of test photos
 * cropped to the dog's box (both false alarms), of patches of test photos that touch no box, and of pictures in a folder
 * (JPEG, PNG and GIF, none of dogs; e.g. `skimage/data` of a Python with scikit-image), each with its number and Wilson's 95 % interval.
 * The threshold comes from validation photos alone. Flags: `--photos 150` of each kind, `--model FOLDER`, `--pictures FOLDER`.
 */
export default async function strangers(flags: string[]): Promise<Record<string, unknown>> {
  const path = photosFolder();
  if (!path)
    throw new Error('expected photos in ../shared/stanford-dogs or where DOGBREEDS_PHOTOS says, found none');
  const count = Number(flagValue(flags, '--photos') ?? 150);
  const { classifier, engine } = await loadServedModel(flagValue(flags, '--model') ?? 'none', console.error);
  const { recipe, outOfDistribution: rule } = classifier.metadata;
  if (!rule) throw new Error('expected a model with a rule for what is no dog, received one without');
  const networks = recipe.networks.map(({ backbone }) => backbone);
  const shares: Record<string, ReturnType<typeof share>> = {};
  const note = (kind: string, called: readonly boolean[]) => {
    shares[kind] = share(called);
    console.error(kind, JSON.stringify(shares[kind]));
  };

  const { test, size } = splitFeatures(await loadShippedFeatures(networks), { protocol: 'official' });
  const scores = strangeness(test.features, size, decodeMeans(rule));
  note(
    'whole photos',
    Array.from(scores, (score) => score > rule.threshold),
  );

  const dataset = await openDataset({ path });
  const photos = createRandom(1)
    .shuffle(dataset.examples.filter(({ split, boxes }) => split === 'test' && boxes.length > 0))
    .map(({ file, boxes }) => ({ file: join(dataset.imagesFolder, file), boxes }));
  const crops = photos.map(({ file, boxes }) => ({ file, box: marginBox(boxes, 0) }));
  note('crops to the box', await called(classifier, crops.slice(0, count)));
  const patches = photos.flatMap(({ file, boxes }) => {
    const box = patchBeside(boxes);
    return box ? [{ file, box }] : [];
  });
  note('patches without a dog', await called(classifier, patches.slice(0, count)));
  const folder = flagValue(flags, '--pictures');
  if (folder) {
    const names = readdirSync(folder).filter((name) => /\.(jpe?g|png|gif)$/i.test(name));
    const pictures = names.map((name) => ({ file: join(folder, name) }));
    note('pictures of a folder', await called(classifier, pictures));
  }
  classifier.dispose();
  return { engine, networks, threshold: rule.threshold, before: BEFORE, calledNotADog: shares };
}

const share = (called: readonly boolean[]) => {
  const strange = called.filter(Boolean).length;
  return { photos: called.length, calledNotADog: strange, interval: wilsonInterval(strange, called.length) };
};

/** Which of these parts of photos the classifier takes for no dog. */
async function called(
  classifier: Classifier,
  parts: readonly { file: string; box?: Box }[],
): Promise<boolean[]> {
  const answers: boolean[] = [];
  for (let from = 0; from < parts.length; from += 8) {
    const batch = parts.slice(from, from + 8);
    const images = await Promise.all(batch.map(({ file, box }) => decodePart(file, classifier, box)));
    answers.push(...(await classifier.classify(images, 1)).map(({ notADog }) => notADog));
  }
  return answers;
}

async function decodePart(file: string, { input }: Classifier, crop: Box | undefined): Promise<RgbImage> {
  if (!crop) return decodePhoto(file, input);
  const { size, interpolation } = input;
  return decodeImage(file, { width: size, height: size, fit: 'fill', interpolation, crop });
}

/** The largest upright strip beside, above or below all boxes that is at least a quarter of the photo; or null. */
function patchBeside(boxes: readonly Box[]): Box | null {
  const [left, top] = [
    Math.min(...boxes.map(({ xmin }) => xmin)),
    Math.min(...boxes.map(({ ymin }) => ymin)),
  ];
  const right = Math.max(...boxes.map(({ xmax }) => xmax));
  const bottom = Math.max(...boxes.map(({ ymax }) => ymax));
  const strips: Box[] = [
    { xmin: 0, ymin: 0, xmax: left, ymax: 1 },
    { xmin: right, ymin: 0, xmax: 1, ymax: 1 },
    { xmin: 0, ymin: 0, xmax: 1, ymax: top },
    { xmin: 0, ymin: bottom, xmax: 1, ymax: 1 },
  ];
  const [largest] = strips.sort((a, b) => boxArea(b) - boxArea(a));
  return largest && boxArea(largest) >= 0.25 ? largest : null;
}
