import Type from 'typebox';
import { ApiError } from '../server/api-error';
import { requireCatalogue, requirePerson } from '../server/catalogue-access';
import { defineRoute } from '../server/define-route';

const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Nullable = <T extends Type.TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

const Item = Type.Object({
  sha256: Sha256,
  decision: Type.String(),
  top: Type.Array(Type.Tuple([Type.String(), Type.Number()])),
  strangeness: Nullable(Type.Number()),
  takenAt: Nullable(Type.String()),
  width: Type.Number(),
  height: Type.Number(),
  places: Type.Array(Type.String()),
  sampled: Type.Boolean(),
});

const Estimate = {
  photos: Type.Number(),
  verdicts: Type.Number(),
  precision: Nullable(
    Type.Object({
      estimate: Type.Number(),
      low: Type.Number(),
      high: Type.Number(),
      confidence: Type.Number(),
    }),
  ),
};

/** Who asks, what the collection holds, and how right the machine is on it. */
export const catalogueState = defineRoute({
  route: 'GET /api/catalogue',
  summary: 'The collection: decisions, breeds, how right the machine is',
  answer: Type.Object({
    who: Type.String(),
    ownName: Type.Boolean({ description: 'whether the page says who judges; else the invitation does' }),
    role: Type.String(),
    board: Type.Boolean({ description: 'whether there is a page of how an index goes' }),
    decisions: Type.Record(Type.String(), Type.Number()),
    breeds: Type.Array(Type.String()),
    all: Type.Object(Estimate),
    byBreed: Type.Array(Type.Object({ breed: Type.String(), ...Estimate })),
  }),
  guard: (app, request) => void requirePerson(app, request, 'view'),
  serve:
    (app) =>
    async ({ request }) => {
      const { name, role } = requirePerson(app, request, 'view');
      const { catalogue, room } = requireCatalogue(app);
      return {
        who: name,
        ownName: app.catalogue?.open ?? false,
        role,
        board: app.board !== null,
        decisions: room.countDecisions(catalogue),
        breeds: room.listBreeds(catalogue),
        ...room.estimatePrecision(catalogue),
      };
    },
});

/** Photos that the person should see next; they are this person's for two minutes. */
export const catalogueNext = defineRoute({
  route: 'POST /api/catalogue/next',
  summary: 'The next photos to judge; others do not get them meanwhile',
  body: Type.Object(
    {
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 20, default: 5 })),
      order: Type.Optional(Type.Union([Type.Literal('doubt'), Type.Literal('sample')])),
      breed: Type.Optional(Type.String({ maxLength: 100 })),
      folder: Type.Optional(Type.String({ maxLength: 1000 })),
    },
    { additionalProperties: false },
  ),
  answer: Type.Object({ items: Type.Array(Item) }),
  guard: (app, request) => void requirePerson(app, request, 'review'),
  serve:
    (app) =>
    async ({ request, body }) => {
      const { catalogue, room } = requireCatalogue(app);
      const { name: who } = requirePerson(app, request, 'review');
      return { items: room.nextPhotos(catalogue, { ...body, who }) };
    },
});

/** A person's word; it is on the disk before the answer is sent. */
export const catalogueVerdict = defineRoute({
  route: 'POST /api/catalogue/verdict',
  summary: 'Say what a photo shows',
  body: Type.Object(
    {
      sha256: Sha256,
      verdict: Type.Union(
        (['confirm', 'change', 'not_a_dog', 'unusable', 'skip'] as const).map((word) => Type.Literal(word)),
      ),
      breed: Type.Optional(Type.String({ maxLength: 100 })),
      sampled: Type.Optional(Type.Boolean()),
    },
    { additionalProperties: false },
  ),
  answer: Type.Object({ id: Type.Number() }),
  guard: (app, request) => void requirePerson(app, request, 'review'),
  serve:
    (app) =>
    async ({ request, body }) => {
      const { name: who } = requirePerson(app, request, 'review');
      const { catalogue, room } = requireCatalogue(app);
      try {
        return { id: room.recordVerdict(catalogue, { ...body, who }) };
      } catch (error) {
        const { message } = error as Error;
        if (!message.startsWith('expected')) throw error;
        throw new ApiError(400, 'bad_request', message);
      }
    },
});

/** Takes back the person's last word. */
export const catalogueUndo = defineRoute({
  route: 'POST /api/catalogue/undo',
  summary: 'Take back the last verdict of the person who asks',
  answer: Type.Object({ item: Nullable(Item) }),
  guard: (app, request) => void requirePerson(app, request, 'review'),
  serve:
    (app) =>
    async ({ request }) => {
      const { catalogue, room } = requireCatalogue(app);
      const sha256 = room.undoVerdict(catalogue, requirePerson(app, request, 'review').name);
      return { item: sha256 ? room.describeItem(catalogue, sha256) : null };
    },
});
