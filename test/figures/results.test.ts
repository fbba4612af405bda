import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import * as tf from '@tensorflow/tfjs';
import * as aq from 'arquero';
import * as dfd from 'danfojs-node';
import sharp from 'sharp';
import { registerResult, representValue } from '../../lib/figures/index';

const shown = async (value: unknown): Promise<Record<string, string>> =>
  (await representValue(value)).data as Record<string, string>;

describe('what a cell returns', () => {
  it('danfojs: dimensions, kinds of columns, head and tail; a Series too', async () => {
    const rows = Array.from({ length: 30 }, (_, row) => row);
    const frame = new dfd.DataFrame({
      weight: rows.map((row) => row / 4),
      breed: rows.map((row) => `b${row}`),
    });
    const data = await shown(frame);
    assert.match(data['text/plain'] ?? '', /float32\s+string/);
    assert.match(data['text/plain'] ?? '', /30 rows x 2 columns$/);
    assert.match(data['text/plain'] ?? '', /\.\.\.\s+\.\.\.\s+\.\.\.\n\s*25\s+6\.25\s+b25/);
    assert.match(data['text/html'] ?? '', /<td style="text-align:right" data-value="0.25">0\.25<\/td>/);
    assert.match((await shown(frame.weight))['text/plain'] ?? '', /1\s+0\.25\n/);
  });

  it('arquero tables and lists of records', async () => {
    const table = aq.table({ breed: ['beagle', 'pug'], photos: [3, 4] });
    for (const value of [
      table,
      [
        { breed: 'beagle', photos: 3 },
        { breed: 'pug', photos: 4 },
      ],
    ])
      assert.match(
        (await shown(value))['text/plain'] ?? '',
        /breed\s+photos\n\s+string\s+number\n0\s+beagle\s+3\n1\s+pug\s+4\n2 rows x 2 columns/,
      );
  });

  it('tensors: shape, kind, values; a picture where it is one; disposed ones are said to be', async () => {
    const small = tf.tensor2d([
      [1, 2],
      [3, Number.NaN],
    ]);
    assert.equal(
      (await shown(small))['text/plain'],
      'Tensor float32 [2, 2]\nmin 1, max 3, mean 2, 1 not finite\n[1, 2, 3, NaN]',
    );
    small.dispose();
    assert.equal((await shown(small))['text/plain'], 'Tensor float32 [2, 2], disposed of');
    const picture = tf.fill([12, 16, 3], 0.5);
    const png = Buffer.from((await shown(picture))['image/png'] ?? '', 'base64');
    const { data, info } = await sharp(png).raw().toBuffer({ resolveWithObject: true });
    assert.deepEqual([info.width, info.height, data[0]], [16, 12, 128]);
    picture.dispose();
  });

  it('picture files, decoded pictures, typed arrays', async () => {
    const bytes = await sharp({ create: { width: 20, height: 10, channels: 3, background: 'red' } })
      .jpeg()
      .toBuffer();
    assert.equal((await shown(bytes))['image/jpeg'], bytes.toString('base64'));
    assert.match((await shown(bytes))['text/plain'] ?? '', /^JPEG 20 x 10/);
    const decoded = { data: new Uint8Array(8 * 8 * 3).fill(200), width: 8, height: 8 };
    assert.ok((await shown(decoded))['image/png']);
    assert.equal(
      (await shown(Float32Array.of(1, 2, 6)))['text/plain'],
      'Float32Array(3) min 1, max 6, mean 3\n[1, 2, 6]',
    );
  });

  it('layers models: a table of their layers', async () => {
    const model = tf.sequential({ layers: [tf.layers.dense({ units: 3, inputShape: [10], name: 'first' })] });
    const data = await shown(model);
    assert.match(data['text/plain'] ?? '', /first \(Dense\)\s+\[batch, 3\]\s+33\n.*1 layers, 33 parameters/);
    assert.match(data['text/html'] ?? '', /<summary>Graph/);
    model.dispose();
  });

  it('histories of a fit and Plotly figures: as figures', async () => {
    const curves = await representValue({ loss: [3, 2], accuracy: [0.1, 0.4] });
    assert.equal(curves.data['text/plain'], '2 epochs; at the end loss 2, accuracy 0.4');
    const figure = curves.data['application/vnd.plotly.v1+json'] as { data: { name: string }[] };
    assert.deepEqual(
      figure.data.map(({ name }) => name),
      ['loss', 'accuracy'],
    );
    const plot = await shown({ data: [{ type: 'bar', y: [1] }], layout: { title: { text: 'One bar' } } });
    assert.equal(plot['text/plain'], '[figure] One bar');
  });

  it('maps, errors, large numbers', async () => {
    assert.match((await shown(new Map([['pug', 4]])))['text/plain'] ?? '', /pug\s+4\n1 row x 1 column$/);
    const nested = await shown(
      new Map<string, unknown>([
        ['a', new Map([['b', 1]])],
        ['c', [2n]],
      ]),
    );
    assert.match(nested['text/plain'] ?? '', /Map\(1\) \{ 'b' => 1 \}[\s\S]*\[ 2n \]/);
    assert.match((await shown(new RangeError('too far')))['text/plain'] ?? '', /^RangeError: too far\n/);
    assert.equal((await shown(12345678901234567890n))['text/plain'], '12_345_678_901_234_567_890n');
  });

  it("a class's own way: Jupyter.display, toHTML, the registry; none may throw", async () => {
    const own = { [Symbol.for('Jupyter.display')]: () => ({ 'text/markdown': '**x**' }) };
    assert.equal((await shown(own))['text/markdown'], '**x**');
    assert.equal((await shown({ toHTML: () => '<b>x</b>' }))['text/html'], '<b>x</b>');
    class Dog {
      name = 'Rex';
    }
    registerResult<Dog>({
      name: 'dog',
      is: (value) => value instanceof Dog,
      show: ({ name }) => ({ 'text/html': `<i>${name}</i>` }),
    });
    const data = await shown(new Dog());
    assert.deepEqual([data['text/html'], data['text/plain']], ['<i>Rex</i>', "Dog { name: 'Rex' }"]);
    registerResult<Dog>({
      name: 'dog',
      is: (value) => value instanceof Dog,
      show() {
        throw new Error('no picture of it');
      },
    });
    assert.match((await shown(new Dog()))['text/plain'] ?? '', /\(shown as text: no picture of it\)$/);
  });
});
