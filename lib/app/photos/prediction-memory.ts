import type { PhotoAnswer } from './photo-answer';

/**
 * The last answers by the photo's hash, so that a flag records what the server said and not what a client claims.
 * Holds no photo.
 *
 * @example memory.remember(answer); memory.recall(answer.sha256)?.top[0].breed
 */
export class PredictionMemory {
  private readonly answers = new Map<string, PhotoAnswer>();

  constructor(private readonly capacity = 10_000) {}

  remember(answer: PhotoAnswer): void {
    this.answers.delete(answer.sha256);
    this.answers.set(answer.sha256, answer);
    if (this.answers.size <= this.capacity) return;
    for (const oldest of this.answers.keys()) {
      this.answers.delete(oldest);
      return;
    }
  }

  recall(sha256: string): PhotoAnswer | undefined {
    return this.answers.get(sha256);
  }
}
