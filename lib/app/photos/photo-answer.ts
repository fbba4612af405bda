import Type, { type Static } from 'typebox';

const BreedScore = Type.Object({
  breed: Type.String({ examples: ['Chihuahua'] }),
  probability: Type.Number({ minimum: 0, maximum: 1, description: 'Calibrated probability.' }),
});

/** Schema of {@link PhotoAnswer}. */
export const PhotoAnswer = Type.Object({
  file: Type.String({ description: 'Name as sent.' }),
  sha256: Type.String({ description: "SHA-256 of the photo's bytes, 64 hex digits." }),
  width: Type.Integer({ description: 'Pixels as stored.' }),
  height: Type.Integer(),
  verdict: Type.Enum(['breed', 'not_sure', 'not_a_dog'], {
    description: 'not_sure: below the calibrated threshold. not_a_dog: unlike the photos of dogs.',
  }),
  top: Type.Array(BreedScore, { minItems: 1, description: 'The five likeliest breeds, best first.' }),
});

/** What the app says about one photo. */
export type PhotoAnswer = Static<typeof PhotoAnswer>;

/** Schema of {@link RefusedPhoto}. */
export const RefusedPhoto = Type.Object({
  file: Type.String(),
  error: Type.Object({ code: Type.String(), message: Type.String() }),
});

/** Why one photo among several has no answer. */
export type RefusedPhoto = Static<typeof RefusedPhoto>;
