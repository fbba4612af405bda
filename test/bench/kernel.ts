import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fromRoot } from '../../lib/base/index';
import { installKernel } from '../../lib/notebook/index';
import { flagValue } from './support/flag-value';

type Answers = Record<string, number | boolean | null>;

/** The same questions in the languages of both kernels. */
const SNIPPETS = {
  dogbreeds: {
    first: 'const kept = 42; console.log(kept);',
    trivial: '1 + 1;',
    result: '6 * 7',
    last_result: '_',
    table:
      "import * as dfd from 'danfojs-node';\nnew dfd.DataFrame([{ breed: 'pug', photos: 200 }, { breed: 'chow', photos: 196 }])",
    update: "await display(1, { id: 'shown' });\nawait display(2, { id: 'shown', update: true });",
    clear: 'clearOutput(true);',
    input: "const name = await input('who?'); console.log(name);",
    expression: 'kept',
    error: "const a = 1;\nthrow new RangeError('out of reach');",
    error_line: ':2',
    complete_member: 'Math.ma',
    completes_member: 'max',
    complete_path: "import * as files from 'node:f",
    completes_path: 'fs',
    inspect: 'Math.max(',
    inspects: 'max(',
    incomplete: 'function f() {',
    invalid: 'const = 3 )',
    busy: "console.log('started');\nawait new Promise((resolve) => setTimeout(resolve, 200));\nfor (;;) {}",
    waiting: "console.log('started');\nawait new Promise(() => setInterval(() => {}, 1000));",
    kept: 'console.log(kept);',
    train:
      "import * as tf from '@tensorflow/tfjs';\nconst model = tf.sequential({ layers: [tf.layers.dense({ units: 64, inputShape: [64], activation: 'relu' }), tf.layers.dense({ units: 1 })] });\nmodel.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });\nconst x = tf.randomNormal([2048, 64]);\nconst y = tf.randomNormal([2048, 1]);\nawait model.fit(x, y, { epochs: 100000, batchSize: 32, verbose: 0, callbacks: { onEpochEnd: async (epoch) => { if (epoch === 1) console.log('started'); } } });",
    redeclare: "const twice = 1;\nclass Twice {}\nconsole.log('again');",
    await: "console.log(await Promise.resolve('awaited'));",
    lines: 'for (let i = 0; i < 20000; i++) console.log(i);',
    type_error: "const wrong: number = 'text'; console.log('never');",
    import_rooms:
      "import * as base from './lib/base/index';\nimport * as data from './lib/dataset/index';\nimport * as image from './lib/image/index';\nimport * as figures from './lib/figures/index';",
  },
  python3: {
    first: 'kept = 42\nprint(kept)',
    trivial: '1 + 1;',
    result: '6 * 7',
    last_result: '_',
    table:
      'import pandas as pd\npd.DataFrame([{"breed": "pug", "photos": 200}, {"breed": "chow", "photos": 196}])',
    update:
      'from IPython.display import display, HTML\nhandle = display(HTML("<b>one</b>"), display_id=True)\nhandle.update(HTML("<b>two</b>"))',
    clear: 'from IPython.display import clear_output\nclear_output()',
    input: 'print(input("who?"))',
    expression: 'kept',
    error: 'a = 1\nraise ValueError("out of reach")',
    error_line: '2',
    complete_member: 'import math\nmath.sq',
    completes_member: 'sqrt',
    complete_path: 'import jso',
    completes_path: 'json',
    inspect: 'print(',
    inspects: 'sep',
    incomplete: 'def f():',
    invalid: 'x = = 3',
    busy: 'print("started", flush=True)\nwhile True: pass',
    waiting: 'import time\nprint("started", flush=True)\ntime.sleep(1000)',
    kept: 'print(kept)',
    redeclare: 'twice = 1\nclass Twice: pass\nprint("again")',
    await: 'import asyncio\nprint(await asyncio.sleep(0, "awaited"))',
    lines: 'for i in range(20000): print(i)',
    type_error: 'wrong: int = "text"\nprint("never")',
  },
} as const;

/**
 * Our kernel beside ipykernel, capability by capability, both driven through jupyter_client: what works, and how long it
 * takes. DOGBREEDS_JUPYTER names the folder of a Python that has jupyter_client, ipykernel and pandas. Flags:
 * `--rounds 3` starts of each kernel, interleaved; times are medians.
 */
export default async function kernel(flags: string[]): Promise<Record<string, unknown>> {
  const bin = process.env.DOGBREEDS_JUPYTER;
  const python = bin ? join(bin, 'python') : 'python3';
  const rounds = Number(flagValue(flags, '--rounds') ?? 3);
  const folder = mkdtempSync(join(tmpdir(), 'dogbreeds-kernel-'));
  try {
    process.env.JUPYTER_DATA_DIR = join(folder, 'data');
    await installKernel();
    const answers = new Map<string, Answers[]>();
    for (let round = 0; round < rounds; round++)
      for (const [name, snippets] of Object.entries(SNIPPETS)) {
        const file = join(folder, `${name}.json`);
        writeFileSync(file, JSON.stringify(snippets));
        const script = fromRoot('test', 'bench', 'support', 'kernel_capabilities.py');
        const { status, stdout, stderr } = spawnSync(python, [script, name, file], {
          cwd: fromRoot(),
          encoding: 'utf8',
          // a type error stops a cell when asked for
          env: { ...process.env, DOGBREEDS_TYPES: 'wait' },
        });
        if (status !== 0) throw new Error(`${name}: ${stderr.slice(-2000)}`);
        const answer = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}') as Answers;
        answers.set(name, [...(answers.get(name) ?? []), answer]);
        console.error(`round ${round + 1}: ${name}`);
      }
    const [ours = [], theirs = []] = answers.values();
    const table = Object.keys({ ...ours[0], ...theirs[0] }).map((capability) => ({
      capability,
      ours: summarise(ours.map((answer) => answer[capability])),
      ipykernel: summarise(theirs.map((answer) => answer[capability])),
    }));
    console.error(table.map((row) => Object.values(row).join(' | ')).join('\n'));
    return { rounds, table };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Median of times; of yes and no: yes only where it was so in each round. */
function summarise(values: (number | boolean | null | undefined)[]): number | boolean | null {
  const numbers = values.filter((value) => typeof value === 'number').sort((a, b) => a - b);
  if (numbers.length > 0) return Math.round((numbers[numbers.length >> 1] ?? 0) * 1000) / 1000;
  if (values.every((value) => value === undefined || value === null)) return null;
  return values.every((value) => value === true);
}
