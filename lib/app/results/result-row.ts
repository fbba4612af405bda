import Type, { type Static } from 'typebox';

/** Schema of {@link ResultRow}. */
export const ResultRow = Type.Object({
  file: Type.String(),
  verdict: Type.Optional(Type.String()),
  top: Type.Optional(Type.Array(Type.Object({ breed: Type.String(), probability: Type.Number() }))),
  error: Type.Optional(Type.String({ description: 'Why there is no answer.' })),
});

/** One photo's outcome as the CSV of results shows it. */
export type ResultRow = Static<typeof ResultRow>;
