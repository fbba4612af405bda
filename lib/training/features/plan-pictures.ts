import type { Example } from '../../dataset/index';
import { type DecodeOptions, squareDecodes } from '../../image/index';
import type { Backbone, FeatureRecipe } from '../../models/index';
import { networkRecipe } from '../../models/index';

/** A square picture of a photo as one network sees it. */
export interface Picture {
  /** Index into the networks. */
  network: number;
  /** Index into the photo's squares. */
  square: number;
  mirrored: boolean;
}

/** What a photo costs: each distinct square is decoded once, and each distinct picture seen by a network once. */
export interface PicturePlan {
  squares: DecodeOptions[];
  pictures: Picture[];
  /** For each recipe, the pictures whose features are averaged; indexes into `pictures`. */
  averaged: number[][];
}

/** A recipe and which of the distinct networks computes it. */
export interface NetworkedRecipe {
  recipe: FeatureRecipe;
  network: number;
}

/**
 * Which squares of a photo are decoded, and which of them, mirrored or not, the networks have to see for these recipes.
 *
 * @param recipes of one network each
 * @example
 * const { pictures } = planPictures(example, [plain, flip]); // 2, where flip alone takes 2 and plain one
 */
export function planPictures(
  { boxes }: Pick<Example, 'boxes'>,
  recipes: readonly NetworkedRecipe[],
): PicturePlan {
  const squares = new Distinct<DecodeOptions>();
  const pictures = new Distinct<Picture>();
  const averaged = recipes.map(({ recipe: { input }, network }) => {
    const own = squareDecodes(input, boxes).map((square) => squares.indexOf(square));
    const views = input.views === 1 ? [false] : [false, true];
    return views.flatMap((mirrored) => own.map((square) => pictures.indexOf({ network, square, mirrored })));
  });
  return { squares: squares.values, pictures: pictures.values, averaged };
}

/**
 * The networks of these backbones, each once: one that is loaded twice is asked once.
 *
 * @returns `of`: index of each backbone's network
 */
export function distinctNetworks(backbones: readonly Backbone[]): { networks: Backbone[]; of: number[] } {
  const identities = new Distinct<object>();
  const of = backbones.map((backbone) =>
    identities.indexOf({ ...networkRecipe(backbone), inputSize: backbone.inputSize }),
  );
  return { networks: identities.values.map((_, i) => backbones[of.indexOf(i)] as Backbone), of };
}

/** Values without repetition, told apart by their JSON. */
class Distinct<T extends object> {
  readonly values: T[] = [];
  readonly #indexes = new Map<string, number>();

  indexOf(value: T): number {
    const key = JSON.stringify(value);
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    this.#indexes.set(key, this.values.push(value) - 1);
    return this.values.length - 1;
  }
}
