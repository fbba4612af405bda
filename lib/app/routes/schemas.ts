/** JSON schemas of the API: they check requests, speed up answers and become the OpenAPI document. */

const breedScore = {
  type: 'object',
  required: ['breed', 'probability'],
  properties: {
    breed: { type: 'string', examples: ['Chihuahua'] },
    probability: { type: 'number', minimum: 0, maximum: 1, description: 'Calibrated probability.' },
  },
} as const;

const error = {
  type: 'object',
  required: ['code', 'message'],
  properties: { code: { type: 'string' }, message: { type: 'string' } },
} as const;

/** Body of every refusal. */
export const errorSchema = {
  type: 'object',
  required: ['error'],
  properties: { error },
  description: 'A refusal: a stable code and a sentence for people.',
} as const;

const photoAnswer = {
  type: 'object',
  required: ['file'],
  properties: {
    file: { type: 'string', description: 'Name as sent.' },
    sha256: { type: 'string', description: "SHA-256 of the photo's bytes." },
    width: { type: 'integer', description: 'Pixels as stored.' },
    height: { type: 'integer' },
    verdict: {
      type: 'string',
      enum: ['breed', 'not_sure', 'not_a_dog'],
      description: 'not_sure: below the calibrated threshold. not_a_dog: unlike the photos of dogs.',
    },
    top: { type: 'array', items: breedScore, description: 'The five likeliest breeds, best first.' },
    error,
  },
} as const;

/** Answer of `POST /api/predict`. */
export const predictAnswer = {
  type: 'object',
  required: ['results', 'durationMs'],
  properties: {
    results: {
      type: 'array',
      items: photoAnswer,
      description: 'One for each photo, in order; with several photos, a refused one carries `error`.',
    },
    durationMs: { type: 'number', description: 'Milliseconds on the server.' },
  },
} as const;

/** Answer of `POST /api/interpret`. */
export const interpretAnswer = {
  type: 'object',
  required: ['breed', 'probability', 'gradCam', 'occlusion'],
  properties: {
    breed: { type: 'string' },
    probability: { type: 'number' },
    gradCam: {
      type: 'string',
      description: 'Grad-CAM as a transparent PNG (data URL), to lay over the photo.',
    },
    occlusion: { type: 'string', description: 'Occlusion map, likewise.' },
  },
} as const;

/** Body of `POST /api/flag`. */
export const flagBody = {
  type: 'object',
  required: ['sha256'],
  additionalProperties: false,
  properties: {
    sha256: {
      type: 'string',
      pattern: '^[0-9a-f]{64}$',
      description: 'Of a photo that was predicted before.',
    },
    correction: {
      type: 'string',
      maxLength: 100,
      default: '',
      description: 'A breed of the model, `not_a_dog`, `other`, or empty where the user does not know.',
    },
    comment: { type: 'string', maxLength: 500, default: '' },
    image: {
      type: 'string',
      description: 'The photo as base64; kept only where the server runs with --keep-photos.',
    },
  },
} as const;

/** Answer of `GET /api/info`. */
export const infoAnswer = {
  type: 'object',
  properties: {
    ready: { type: 'boolean' },
    status: { type: 'string' },
    breeds: { type: 'array', items: { type: 'string' } },
    model: { type: 'string' },
    backbone: { type: ['string', 'null'] },
    source: { type: 'string' },
    engine: { type: 'string' },
    metrics: { type: 'object', additionalProperties: { type: 'number' } },
    notSureBelow: { type: 'number' },
    tellsNonDogs: { type: 'boolean' },
    keepsPhotos: { type: 'boolean' },
    limits: { type: 'object', additionalProperties: { type: 'number' } },
  },
} as const;

const refusals = Object.fromEntries(
  [400, 403, 404, 413, 415, 422, 503].map((status) => [status, errorSchema]),
);

/** `{ 200: answer, 4xx/503: error }` for a route. */
export const responses = <T>(answer: T) => ({ 200: answer, ...refusals });
