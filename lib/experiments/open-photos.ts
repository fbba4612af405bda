import { formatCount } from '../base/index';
import { type Dataset, findPhotos, openDataset, selectBreeds } from '../dataset/index';
import { liveProgress, showMarkdown } from '../figures/index';

/** Options of {@link openPhotos}, as the notebooks' parameters name them. */
export interface OpenPhotosOptions {
  /** Folder of photos; '' the downloaded ones. */
  dataset: string;
  seed?: number;
  /** At most so many of each breed; 0 all. */
  photosPerBreed?: number;
  /** How many breeds, the presentation's first; all without it, or where there are fewer. */
  breeds?: number;
}

/**
 * Opens photos as a notebook asks for them, with a live line meanwhile, and says which they are.
 *
 * @returns the photos of the folder, else of the download, else the pictures that the project draws
 * @throws Error when there is no such folder, or no photo in it can be used
 * @example const photos = await openPhotos({ dataset, seed, photosPerBreed });
 */
export async function openPhotos(options: OpenPhotosOptions): Promise<Dataset> {
  const { dataset, seed = 0, photosPerBreed = 0, breeds } = options;
  const path = findPhotos(dataset);
  const progress = liveProgress(path ? 'checking photos' : 'drawing pictures');
  const opened = await openDataset({
    path: path || undefined,
    seed,
    limitPerBreed: photosPerBreed || undefined,
    onProgress: progress.update,
  });
  progress.end();
  showMarkdown(describeSource(opened, dataset === '' && path !== ''));
  return breeds === undefined ? opened : selectBreeds(opened, Math.min(breeds, opened.breeds.length));
}

/** {@link openPhotos}, or null where there are no photos and shipped features stand for them. */
export const openPhotosIfAny = async (options: OpenPhotosOptions): Promise<Dataset | null> =>
  findPhotos(options.dataset) ? openPhotos(options) : null;

/** What this run looks at, in a sentence. */
function describeSource({ name, kind, examples, breeds }: Dataset, downloaded: boolean): string {
  const count = formatCount(examples.length);
  if (kind === 'drawn')
    return `*No photos were given: ${count} pictures that the project draws show operations at work. They say nothing of dogs. For real photos: \`npx dogbreeds download\`, then \`npm start\`.*`;
  const where = downloaded ? ', which `dogbreeds download` brought' : '';
  return `*This run looks at ${count} real photos of ${breeds.length} breeds: ${name}${where}.*`;
}
