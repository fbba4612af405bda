import { randomBytes } from 'node:crypto';
import type { Upload } from '../server/read-uploads';

/**
 * Uploads of Gradio clients between `upload` and `queue/join`: in memory, named by a random key that looks like a path
 * to the client and is never one here; the oldest go when the space or the time is used up.
 *
 * @example const path = uploads.put({ name: 'rex.jpg', bytes }); uploads.get(path)
 */
export class UploadMemory {
  private readonly entries = new Map<string, { upload: Upload; until: number }>();
  private bytes = 0;

  constructor(
    private readonly maxBytes = 128 * 2 ** 20,
    private readonly keepMs = 600_000,
  ) {}

  put(upload: Upload): string {
    const key = `memory/${randomBytes(16).toString('hex')}/${upload.name || 'photo'}`;
    this.entries.set(key, { upload, until: Date.now() + this.keepMs });
    this.bytes += upload.bytes.length;
    this.forget();
    return key;
  }

  get(key: string): Upload | undefined {
    this.forget();
    return this.entries.get(key)?.upload;
  }

  private forget(): void {
    const now = Date.now();
    for (const [key, { upload, until }] of this.entries) {
      if (until > now && this.bytes <= this.maxBytes) return; // insertion order is age
      this.entries.delete(key);
      this.bytes -= upload.bytes.length;
    }
  }
}
