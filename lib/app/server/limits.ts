/** What the app accepts before it says no. */
export interface Limits {
  /** Largest photo in bytes; larger ones get 413. */
  maxPhotoBytes: number;
  /** Largest request body in bytes (several photos, or base64 which is 4/3 the size). */
  maxRequestBytes: number;
  /** Largest picture in pixels (width x height as its header says); larger ones get 413 before they are decoded. */
  maxPixels: number;
  /** Most photos in one request. */
  maxPhotos: number;
  /** Photos that may wait or be computed at once; the next gets 503 with Retry-After. */
  maxPending: number;
  /** Milliseconds a photo may wait for its answer. */
  timeoutMs: number;
}

/** Limits that suit one small machine: a phone's photo passes, a decompression bomb does not. */
export const DEFAULT_LIMITS: Limits = {
  maxPhotoBytes: 20 * 2 ** 20,
  maxRequestBytes: 64 * 2 ** 20,
  maxPixels: 50e6,
  maxPhotos: 32,
  maxPending: 64,
  timeoutMs: 30_000,
};
