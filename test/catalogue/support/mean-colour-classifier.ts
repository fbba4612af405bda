import type { PhotoClassifier } from '../../../lib/catalogue/classify/photo-classifier';

/** A classifier that needs no network: the mean colour decides. For tests of what is around it. */
export const meanColourClassifier = (id = 'mean colour'): PhotoClassifier => ({
  id,
  description: 'the mean colour',
  classNames: ['red', 'green', 'blue'],
  temperature: 1,
  notSureBelow: 0.6,
  backbone: 'mean colour',
  input: {
    ...{ size: 16, interpolation: 'bilinear', pixelCentres: 'half' },
    ...{ crop: 'none', boxMargin: 0, resize: 'stretch', views: 1 },
  },
  engine: 'none',
  classify: async (images) =>
    images.map(({ data }) => {
      const sums = [0, 1, 2].map((c) => data.reduce((sum, value, i) => sum + (i % 3 === c ? value : 0), 0));
      const total = sums.reduce((a, b) => a + b, 1);
      const top = ['red', 'green', 'blue']
        .map((breed, i): [string, number] => [breed, (sums[i] ?? 0) / total])
        .sort((a, b) => b[1] - a[1]);
      const features = Float32Array.from(sums);
      const vector = new Float32Array(256);
      vector.set(features.map((sum) => sum / total));
      return {
        decision: (top[0]?.[1] ?? 0) < 0.6 ? 'not_sure' : 'breed',
        top,
        strangeness: null,
        features,
        vector,
      };
    }),
});
