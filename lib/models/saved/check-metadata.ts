import Type from 'typebox';
import { Errors } from 'typebox/value';

const Positive = Type.Number({ exclusiveMinimum: 0 });
const Size = Type.Integer({ minimum: 1, maximum: 100_000 });

/** What must hold of the metadata of a classifier, whoever wrote the file; what else stands there is left alone. */
const CLASSIFIER = Type.Object({
  classNames: Type.Array(Type.String({ minLength: 1 }), { minItems: 1, uniqueItems: true }),
  recipe: Type.Object({
    input: Type.Object({ size: Type.Integer({ minimum: 1, maximum: 4096 }) }),
    networks: Type.Array(
      Type.Object({
        backbone: Type.String({ minLength: 1 }),
        featureSize: Size,
        precision: Type.Optional(Type.Literal('int8')),
        quantized: Type.Optional(Type.String({ pattern: '^[0-9a-f]{64}$' })), // part of a file's name
      }),
    ),
    transform: Type.String(),
  }),
  temperature: Positive,
  notSureBelow: Type.Number({ minimum: 0, maximum: 1 }),
  outOfDistribution: Type.Union([
    Type.Null(),
    Type.Object({ method: Type.String(), threshold: Type.Number(), size: Size, means: Type.String() }),
  ]),
  metrics: Type.Record(Type.String(), Type.Union([Type.Number(), Type.Null()])),
  description: Type.String(),
});

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
  const [error] = Errors(CLASSIFIER, metadata);
  if (!error) return;
  const field = error.instancePath.slice(1).replaceAll('/', '.') || 'it';
  throw new Error(
    `expected the metadata of a classifier in ${where}: ${field} ${error.message}, ` +
      `found ${valueAt(metadata, error.instancePath)}; save the model again`,
  );
}
