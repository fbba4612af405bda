import Ajv from 'ajv';

const size = { type: 'integer', minimum: 1, maximum: 100_000 };
const text = { type: 'string' };
const name = { type: 'string', minLength: 1 };

/** An object that has these properties, whatever it has besides. */
const object = (properties: Record<string, object>, optional: Record<string, object> = {}) => ({
  type: 'object',
  properties: { ...properties, ...optional },
  required: Object.keys(properties),
});

/** What must hold of the metadata of a classifier, whoever wrote the file; what else stands there is left alone. */
const isClassifier = new Ajv({ allowUnionTypes: true }).compile(
  object({
    classNames: { type: 'array', items: name, minItems: 1, uniqueItems: true },
    recipe: object({
      input: object({ size: { type: 'integer', minimum: 1, maximum: 4096 } }),
      networks: {
        type: 'array',
        items: object(
          { backbone: name, featureSize: size },
          {
            precision: { const: 'int8' },
            quantized: { type: 'string', pattern: '^[0-9a-f]{64}$' }, // part of a file's name
          },
        ),
      },
      transform: text,
    }),
    temperature: { type: 'number', exclusiveMinimum: 0 },
    notSureBelow: { type: 'number', minimum: 0, maximum: 1 },
    outOfDistribution: {
      anyOf: [{ type: 'null' }, object({ method: text, threshold: { type: 'number' }, size, means: text })],
    },
    metrics: { type: 'object', additionalProperties: { type: ['number', 'null'] } },
    description: text,
  }),
);

/** The value at a JSON pointer, as text for a message. */
function valueAt(value: unknown, pointer: string): string {
  let found = value;
  for (const key of pointer.split('/').slice(1))
    found = (found as Record<string, unknown> | undefined)?.[key.replaceAll('~1', '/').replaceAll('~0', '~')];
  return (JSON.stringify(found) ?? 'nothing').slice(0, 60);
}

/**
 * Checks the metadata of a classifier that was read from disk.
 *
 * @param where names the file in messages
 * @throws Error that names the field, what it must be and what stands there
 */
export function checkMetadata(metadata: unknown, where: string): void {
  isClassifier(metadata);
  const [error] = isClassifier.errors ?? [];
  if (!error) return;
  const field = error.instancePath.slice(1).replaceAll('/', '.') || 'it';
  throw new Error(
    `expected the metadata of a classifier in ${where}: ${field} ${error.message}, ` +
      `found ${valueAt(metadata, error.instancePath)}; save the model again`,
  );
}
