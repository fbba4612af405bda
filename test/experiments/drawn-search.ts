/** A search that takes seconds: three drawn breeds, pictures of 24 pixels, at most three epochs. */
export const DRAWN_SEARCH = {
  data: { limitPerBreed: 8 },
  options: { breeds: 3, imageSize: 24, minEpochs: 1, maxEpochs: 3, width: 1, seed: 1, workers: 2 },
} as const;
