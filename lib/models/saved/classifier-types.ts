/** A breed and its calibrated probability, 0..1. */
export interface BreedScore {
  breed: string;
  probability: number;
}

/** A classifier's answer for one photo. */
export interface Prediction {
  /** The likeliest breeds, best first; at most as many as asked for. */
  top: BreedScore[];
  /** The first breed's probability is below the calibrated threshold. */
  notSure: boolean;
  /** The picture lies further from the training photos' features than the calibrated threshold allows. */
  notADog: boolean;
  /** The out-of-distribution score behind `notADog` (larger = stranger), or null where no rule was calibrated. */
  strangeness: number | null;
  /** What the head saw of the photo (the calibrated probabilities without a backbone); only when asked for. */
  features?: Float32Array;
}

/** A map over a picture, row-major, values 0..1. */
export interface HeatMap {
  data: Float32Array;
  width: number;
  height: number;
}

/** Where a classifier looked. */
export interface Explanation {
  /** The breed that the maps explain. */
  breed: string;
  probability: number;
  /** Grad-CAM of the last convolution, 0..1. */
  gradCam: HeatMap;
  /** Drop of the breed's probability when a patch is covered, 0..1 of the largest drop. */
  occlusion: HeatMap;
}
