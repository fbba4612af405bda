import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { rename } from 'node:fs/promises';
import { findPhotos } from '../find/find-photos';
import { listBreeds } from '../find/parse-query';
import { showName } from '../scan/file-name';
import type { Catalogue } from '../store/open-catalogue';

/**
 * Writes the JSON that readers of MegaDetector, Timelapse and SpeciesNet take (MegaDetector batch output format 1.4):
 * one whole-picture detection with the breeds as its classifications; what could not be read carries `failure`.
 *
 * @returns how many photos there were
 */
export async function writeDetectorJson(catalogue: Catalogue, file: string, query?: string): Promise<number> {
  const partial = `${file}.${process.pid}.tmp`;
  const out = createWriteStream(partial);
  const write = async (text: string) => {
    if (!out.write(text)) await once(out, 'drain');
  };
  const breeds = listBreeds(catalogue);
  const ids = new Map(breeds.map((breed, i) => [breed, String(i)]));
  const categories = Object.fromEntries(breeds.map((breed, i) => [String(i), breed]));
  const [model] = catalogue.db.prepare('select id, description from model where current = 1').all() as {
    id: string;
    description: string;
  }[];
  const head = {
    info: {
      format_version: '1.4',
      detector: 'none: the whole picture',
      classifier: `dogbreeds ${model?.id ?? ''} ${model?.description ?? ''}`.trim(),
      classification_completion_time: new Date().toISOString(),
    },
    detection_categories: { 1: 'animal' },
    classification_categories: categories,
  };
  await write(`${JSON.stringify(head).slice(0, -1)},"images":[`);
  let count = 0;
  for (const photo of findPhotos(catalogue, { query })) {
    const path = showName(`${photo.root}/${photo.path}`);
    const machine = JSON.parse(photo.top5 ?? '[]') as [string, number][];
    const top: [string, number][] = photo.source === 'human' && photo.breed ? [[photo.breed, 1]] : machine;
    const animal = photo.decision === 'breed' || photo.decision === 'not_sure';
    const image =
      photo.state === 'failed'
        ? { file: path, failure: photo.error ?? 'could not be read', detections: null }
        : {
            file: path,
            ...(photo.taken_at && { datetime: photo.taken_at }),
            detections: animal
              ? [
                  {
                    category: '1',
                    conf: 1,
                    bbox: [0, 0, 1, 1],
                    classifications: top.map(([breed, p]) => [ids.get(breed) ?? '', Number(p.toFixed(4))]),
                  },
                ]
              : [],
          };
    await write(`${count++ > 0 ? ',' : ''}\n${JSON.stringify(image)}`);
  }
  out.end('\n]}\n');
  await once(out, 'close');
  await rename(partial, file);
  return count;
}
