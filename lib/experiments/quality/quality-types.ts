import type { PhotoPrint } from './photo-prints';

/** A photo whose breed is probably not what it is filed under. */
export interface SuspiciousPhoto {
  file: string;
  breed: string;
  suggested: string;
  /** Out-of-fold probability of the breed it is filed under, 0..1. */
  ownProbability: number;
  /** Of the breed that it is suggested to be. */
  suggestedProbability: number;
}

/** One photo with all that is known of it. */
export interface QualityRow {
  file: string;
  breed: string;
  split: 'train' | 'test' | null;
  /** Size of the photo, px; of the published photo where the photos are not at hand. Absent where it is not known. */
  width?: number;
  height?: number;
  boxes: readonly { xmin: number; ymin: number; xmax: number; ymax: number }[];
  print?: PhotoPrint;
}
