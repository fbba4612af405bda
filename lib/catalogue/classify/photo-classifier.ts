import type { PhotoInput, RgbImage } from '../../image/index';
import { type Predictor, recipeKey } from '../../models/index';
import { projectFeatures } from './project-features';

/** What the machine says about one photo. */
export interface Answer {
  decision: 'breed' | 'not_sure' | 'not_a_dog';
  /** The five likeliest breeds with their calibrated probabilities, best first. */
  top: [breed: string, probability: number][];
  strangeness: number | null;
}

/** An answer, and the photo's place among others. */
export interface Classified extends Answer {
  /** 256 numbers: near ones belong to photos that look alike. */
  vector: Float32Array;
  /** The backbone's own features. */
  features: Float32Array;
}

/** What a catalogue needs of a model; {@link photoClassifier} makes it of a {@link Predictor}. */
export interface PhotoClassifier {
  /** Hash of everything that decides about its answers. */
  id: string;
  description: string;
  classNames: string[];
  temperature: number;
  notSureBelow: number;
  /** Names the space of the vectors. */
  backbone: string;
  /** How photos are decoded: `decodePhoto(photo, input)`. */
  input: PhotoInput;
  /** The engine's own line. */
  engine: string;
  /** @param images decoded to `input` */
  classify(images: RgbImage[]): Promise<Classified[]>;
}

const TOP = 5;

/**
 * A classifier as the catalogue uses it: with an identity, decisions, and vectors for finding alike photos.
 *
 * @param engine the engine's own line, kept with each answer
 */
export async function photoClassifier(classifier: Predictor, engine: string): Promise<PhotoClassifier> {
  const { metadata } = classifier;
  const id = await classifier.identity();
  return {
    id,
    description: metadata.description,
    classNames: metadata.classNames,
    temperature: metadata.temperature,
    notSureBelow: metadata.notSureBelow,
    backbone: metadata.recipe.networks.length > 0 ? recipeKey(metadata.recipe) : `probabilities of ${id}`,
    input: classifier.input,
    engine,
    async classify(images) {
      const predictions = await classifier.classify(images, TOP, { features: true });
      return predictions.map(({ top, notADog, notSure, strangeness, features }) => {
        if (!features) throw new Error('expected features with each prediction, received none');
        return {
          decision: notADog ? 'not_a_dog' : notSure ? 'not_sure' : 'breed',
          top: top.map(({ breed, probability }) => [breed, probability]),
          strangeness,
          features,
          vector: projectFeatures(features),
        };
      });
    },
  };
}
