import { exportModel } from '../../engine/index';
import { describeRecipe } from '../recipe/feature-recipe';
import type { Classifier } from './classifier';

/** A classifier as one ONNX file. */
export interface ExportedClassifier {
  /** The file's bytes. */
  model: Uint8Array;
  opset: number;
  /** Of the input `pixels`, uint8: [batch, rows, size, 3]. */
  shape: [number, number, number, number];
}

/**
 * The whole classifier as one ONNX model: input `pixels`, uint8 RGB as `decodePhoto(photo, classifier.input)` gives
 * them, all views inside; output `probabilities`, calibrated. The metadata say the names of the breeds and how photos
 * become pixels.
 *
 * @param batch photos in one run, fixed in the file
 * @throws Error when another engine than onnxruntime runs
 * @example await writeFile('dogs.onnx', (await exportClassifier(classifier, 1)).model);
 */
export async function exportClassifier(classifier: Classifier, batch: number): Promise<ExportedClassifier> {
  const { input, metadata } = classifier;
  const { size, rows, interpolation, resize, crop, cropFraction = 1, boxMargin } = input;
  const shape: [number, number, number, number] = [batch, rows, size, 3];
  const fit = resize === 'stretch' ? `stretched to ${size} x ${size}` : `centre square of ${size} x ${size}`;
  const squares = `stretched to ${size} x ${size}, and below it the centre square of the same size`;
  const cuts = {
    none: '',
    central: `cropped to the middle ${cropFraction} of each side, `,
    box: `cropped to the dog's box with a margin of ${boxMargin}, `,
  };
  const { model, opset } = await exportModel((pixels) => classifier.probabilities(pixels.toFloat()), {
    inputShape: shape,
    inputName: 'pixels',
    outputName: 'probabilities',
    metadata: {
      classes: JSON.stringify(metadata.classNames),
      input: `RGB 0..255, upright, ${cuts[crop]}${rows === size ? fit : squares}, ${interpolation}`,
      recipe: describeRecipe(metadata.recipe),
      recipe_hash: metadata.recipeHash,
      description: metadata.description,
      not_sure_below: String(metadata.notSureBelow),
    },
  });
  return { model, opset, shape };
}
