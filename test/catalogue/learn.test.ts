import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { createRandom, elementAt, type Random } from '../../lib/base/index';
import { learnHead, type NamedPhoto } from '../../lib/catalogue/index';
import { startEngine } from '../../lib/engine/index';
import { evaluateHead } from '../../lib/evaluation/index';
import { fitFinalClassifier } from '../../lib/experiments/index';
import { type FeaturePart, loadShippedFeatures, splitFeatures } from '../../lib/training/index';

const HEADS = ['softmax regression'] as const;
/** Breeds of the collection, each with more than a hundred photos whose features ship. */
const COLLECTION = [
  ...['English_setter', 'Gordon_setter', 'flat-coated_retriever', 'Chesapeake_Bay_retriever'],
  ...['Norfolk_terrier', 'Irish_terrier', 'giant_schnauzer', 'bluetick'],
];
/** Breeds that the model knows and the collection lacks, many of them like those. */
const OTHERS = [
  ...['Irish_setter', 'Sussex_spaniel', 'curly-coated_retriever', 'golden_retriever', 'Labrador_retriever'],
  ...['Norwich_terrier', 'cairn', 'Lakeland_terrier', 'Airedale', 'Border_terrier', 'Australian_terrier'],
  ...['standard_schnauzer', 'miniature_schnauzer', 'black-and-tan_coonhound', 'English_foxhound', 'redbone'],
];

const oneOf = (names: string[], random: Random): string =>
  elementAt(names, Math.floor(random.next() * names.length));

test('simulated reviewers with 5 % mistakes: the head learns from them, and gains on photos that nobody judged', async () => {
  await startEngine();
  const table = await loadShippedFeatures('resnet50');
  const whole = splitFeatures(table, { protocol: 'random', breeds: [...COLLECTION, ...OTHERS], seed: 3 });
  const take = (part: FeaturePart, keep: (breed: string, nth: number) => boolean): FeaturePart => {
    const seen = new Map<number, number>();
    const rows: number[] = [];
    for (const [row, label] of part.labels.entries()) {
      const nth = seen.get(label) ?? 0;
      seen.set(label, nth + 1);
      if (keep(elementAt(whole.breeds, label), nth)) rows.push(row);
    }
    const features = new Float32Array(rows.length * whole.size);
    for (const [at, row] of rows.entries())
      features.set(part.features.subarray(row * whole.size, (row + 1) * whole.size), at * whole.size);
    return {
      features,
      labels: Int32Array.from(rows, (row) => part.labels[row] ?? -1),
      files: rows.map((row) => elementAt(part.files, row)),
    };
  };
  const train = take(whole.train, (_breed, nth) => nth < 8);
  const validation = take(whole.train, (_breed, nth) => nth >= 8 && nth < 12);
  const unseen = take(whole.test, (breed) => COLLECTION.includes(breed));
  const judged = take(whole.train, (breed, nth) => COLLECTION.includes(breed) && nth >= 12 && nth < 52);
  const split = { ...whole, train, validation };
  const first = await fitFinalClassifier(split, { heads: HEADS });
  const rightUnseen = async (head: typeof first.head.model) =>
    (await evaluateHead(head, unseen, whole.breeds)).accuracy.estimate;
  const before = await rightUnseen(first.head.model);
  for (const seed of [1, 2]) {
    const random = createRandom(seed);
    const photos = judged.files.map((file, row): NamedPhoto => {
      const sha256 = createHash('sha256').update(file).digest('hex');
      const truth = elementAt(whole.breeds, elementAt(judged.labels, row));
      const said = random.next() < 0.05 ? oneOf(COLLECTION, random) : truth;
      const features = judged.features.slice(row * whole.size, (row + 1) * whole.size);
      return { sha256, group: sha256, breed: said, features };
    });
    const learned = await learnHead(first.head.model, split, photos, { heads: HEADS });
    const after = await rightUnseen(learned.final.head.model);
    assert.ok(learned.better, `held back: ${learned.before.right} before, ${learned.after.right} after`);
    assert.ok(after > before + 0.03, `${before} before, ${after} after`);
    learned.final.dispose();
  }
  // verdicts that are no better than chance must not replace a head
  const random = createRandom(9);
  const noise = judged.files.map(
    (file, row): NamedPhoto => ({
      sha256: createHash('sha256').update(file).digest('hex'),
      group: createHash('sha256').update(file).digest('hex'),
      breed: oneOf(whole.breeds, random),
      features: judged.features.slice(row * whole.size, (row + 1) * whole.size),
    }),
  );
  const misled = await learnHead(first.head.model, split, noise, { heads: HEADS });
  assert.equal(misled.better, false, `held back: ${misled.before.right} before, ${misled.after.right} after`);
  misled.final.dispose();
  await assert.rejects(
    learnHead(first.head.model, split, noise.slice(0, 20), { heads: HEADS }),
    /at least 30 photos that people have named, found 20/,
  );
  first.dispose();
});
