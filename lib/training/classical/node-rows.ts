/** What a tree is grown from. */
export interface TreeRows {
  /** Column-major [size, rows] bins 0..255. */
  bins: Uint8Array;
  rows: number;
  size: number;
  labels: Int32Array;
  classes: number;
}

/** A key: bin (8 bits), class (16), how often the row was drawn (7). */
const BIN_SHIFT = 23;
const CLASS_SHIFT = 7;
const CLASS_MASK = 0xffff;
const WEIGHT_MASK = 0x7f;
/** Up to so many keys are sorted by insertion: most nodes are small, and bins would be counted mostly empty. */
const FEW_KEYS = 40;

/** The rows of one node, ordered by one feature after the other. */
export class NodeRows {
  /** Of the split that was found last: rows up to this bin go left. */
  splitBin = 0;
  /** Sum of squared class counts per row on both sides: the higher, the less impure. */
  splitScore = 0;
  readonly #source: TreeRows;
  readonly #sample: Int32Array;
  readonly #weights: Uint8Array;
  #from = 0;
  #count = 0;
  /** Rows as often as they were drawn. */
  #total = 0;
  /** Classes of this node are numbered anew, so that a small node has few; `#classOf` tells the old ones. */
  #classes = 0;
  readonly #classOf: Int32Array;
  readonly #numberOf: Int32Array;
  readonly #counts: Int32Array;
  readonly #low: Int32Array;
  /** Class and weight of each row: a key without its bin. */
  readonly #ends: Int32Array;
  /** By rising bin after `sortBy`. */
  readonly #keys: Int32Array;
  readonly #unsorted: Int32Array;
  readonly #starts = new Int32Array(257);

  /**
   * @param sample distinct rows; the caller reorders them between nodes
   * @param weights how often each row of the source was drawn, at most 127
   */
  constructor(source: TreeRows, sample: Int32Array, weights: Uint8Array) {
    const { rows, classes } = source;
    this.#source = source;
    this.#sample = sample;
    this.#weights = weights;
    this.#classOf = new Int32Array(classes);
    this.#numberOf = new Int32Array(classes).fill(-1);
    this.#counts = new Int32Array(classes);
    this.#low = new Int32Array(classes);
    this.#ends = new Int32Array(rows);
    this.#keys = new Int32Array(rows);
    this.#unsorted = new Int32Array(rows);
  }

  get pure(): boolean {
    return this.#classes === 1;
  }

  /** Goes to the node that holds these places of the sample. */
  enter(from: number, to: number): void {
    const { labels } = this.#source;
    const [numberOf, classOf, counts] = [this.#numberOf, this.#classOf, this.#counts];
    this.#from = from;
    this.#count = to - from;
    this.#total = 0;
    this.#classes = 0;
    for (let i = from; i < to; i += 1) {
      const row = this.#sample[i] ?? 0;
      const label = labels[row] ?? 0;
      const weight = this.#weights[row] ?? 0;
      let number = numberOf[label] ?? -1;
      if (number < 0) {
        number = this.#classes;
        numberOf[label] = number;
        classOf[number] = label;
        counts[number] = 0;
        this.#classes += 1;
      }
      this.#ends[i - from] = (number << CLASS_SHIFT) | weight;
      counts[number] = (counts[number] ?? 0) + weight;
      this.#total += weight;
    }
    for (let number = 0; number < this.#classes; number += 1) numberOf[classOf[number] ?? 0] = -1;
  }

  /** The class of the most rows; of equal ones the first. */
  commonest(): number {
    let [best, most] = [-1, 0];
    for (let number = 0; number < this.#classes; number += 1) {
      const [label, count] = [this.#classOf[number] ?? 0, this.#counts[number] ?? 0];
      if (count > most || (count === most && label < best)) [best, most] = [label, count];
    }
    return best;
  }

  /** Orders the rows by a feature's bins; false where all lie in one. */
  sortBy(feature: number): boolean {
    const { bins, rows } = this.#source;
    const [sample, ends, keys] = [this.#sample, this.#ends, this.#unsorted];
    const [count, from] = [this.#count, this.#from];
    const column = feature * rows;
    let lowest = 255;
    let highest = 0;
    for (let i = 0; i < count; i += 1) {
      const bin = bins[column + (sample[from + i] ?? 0)] ?? 0;
      if (bin < lowest) lowest = bin;
      if (bin > highest) highest = bin;
      keys[i] = (bin << BIN_SHIFT) | (ends[i] ?? 0);
    }
    if (lowest >= highest) return false;
    if (count <= FEW_KEYS) this.#sortFew();
    else this.#sortMany(lowest, highest);
    return true;
  }

  #sortFew(): void {
    const [from, to] = [this.#unsorted, this.#keys];
    for (let i = 0; i < this.#count; i += 1) {
      const key = from[i] ?? 0;
      let at = i;
      for (; at > 0 && (to[at - 1] ?? 0) > key; at -= 1) to[at] = to[at - 1] ?? 0;
      to[at] = key;
    }
  }

  #sortMany(lowest: number, highest: number): void {
    const [from, to, starts] = [this.#unsorted, this.#keys, this.#starts];
    starts.fill(0, lowest, highest + 2);
    for (let i = 0; i < this.#count; i += 1) {
      const next = ((from[i] ?? 0) >> BIN_SHIFT) + 1;
      starts[next] = (starts[next] ?? 0) + 1;
    }
    for (let bin = lowest + 1; bin <= highest; bin += 1)
      starts[bin] = (starts[bin] ?? 0) + (starts[bin - 1] ?? 0);
    for (let i = 0; i < this.#count; i += 1) {
      const key = from[i] ?? 0;
      const bin = key >> BIN_SHIFT;
      const at = starts[bin] ?? 0;
      to[at] = key;
      starts[bin] = at + 1;
    }
  }

  /** Finds the best split of the ordered rows; false unless it is better than this score. */
  findSplit(atLeast: number): boolean {
    const [keys, counts, low] = [this.#keys, this.#counts, this.#low];
    const [count, total] = [this.#count, this.#total];
    low.fill(0, 0, this.#classes);
    let lowSquares = 0;
    let highSquares = 0;
    for (let number = 0; number < this.#classes; number += 1) highSquares += (counts[number] ?? 0) ** 2;
    let best = atLeast;
    let bestBin = -1;
    let key = keys[0] ?? 0;
    let lowTotal = 0;
    for (let i = 1; i < count; i += 1) {
      const number = (key >> CLASS_SHIFT) & CLASS_MASK;
      const weight = key & WEIGHT_MASK;
      const below = low[number] ?? 0;
      lowTotal += weight;
      lowSquares += weight * (2 * below + weight);
      highSquares -= weight * (2 * ((counts[number] ?? 0) - below) - weight);
      low[number] = below + weight;
      const bin = key >> BIN_SHIFT;
      key = keys[i] ?? 0;
      if (bin === key >> BIN_SHIFT) continue;
      const score = lowSquares / lowTotal + highSquares / (total - lowTotal);
      if (score > best) {
        best = score;
        bestBin = bin;
      }
    }
    if (bestBin < 0) return false;
    this.splitBin = bestBin;
    this.splitScore = best;
    return true;
  }
}
