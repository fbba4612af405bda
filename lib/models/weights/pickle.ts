/** A global name that a pickle refers to, e.g. `torch.FloatStorage`: a name only, nothing is imported. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** What a pickle may build: everything else is refused. */
export interface PickleRules {
  /** Builds the result of calling a global; `undefined` refuses it. */
  call(name: string, args: unknown[]): unknown;
  /** Resolves a persistent id. */
  load(id: unknown): unknown;
}

const MARK = Symbol('mark');

/**
 * Reads a pickle (protocol 2, as `torch.save` writes it) without running anything of it: an interpreter for the
 * opcodes that numbers, texts, lists, tuples and dictionaries need. A global stays a name; what calling one gives is
 * decided by `rules`; state set on an object is dropped. Any other opcode or global ends in an error.
 *
 * @param bytes may hold more after the pickle
 * @returns the value (dictionaries as `Map`, tuples and lists as arrays) and the position behind it
 * @throws Error at anything that is not allowed, or when the bytes end
 */
export function readPickle(
  bytes: Buffer,
  start: number,
  rules: PickleRules,
): { value: unknown; end: number } {
  let at = start;
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();
  const pop = (): unknown => {
    if (stack.length === 0) throw new Error(`the pickle takes from an empty stack at byte ${at}`);
    return stack.pop();
  };
  const toMark = (): unknown[] => {
    const mark = stack.lastIndexOf(MARK);
    if (mark < 0) throw new Error(`the pickle has no mark at byte ${at}`);
    const items = stack.splice(mark);
    items.shift();
    return items;
  };
  const take = (length: number): number => {
    const from = at;
    at += length;
    if (length < 0 || at > bytes.length) throw new Error(`the pickle ends at byte ${bytes.length}`);
    return from;
  };
  const line = (): string => {
    const end = bytes.indexOf(10, at);
    if (end < 0) throw new Error(`the pickle ends at byte ${bytes.length}`);
    const text = bytes.toString('utf8', at, end);
    at = end + 1;
    return text;
  };
  const topMap = (): Map<unknown, unknown> => {
    const map = stack.at(-1);
    if (!(map instanceof Map)) throw new Error(`expected a dictionary at byte ${at}`);
    return map;
  };
  const topList = (): unknown[] => {
    const list = stack.at(-1);
    if (!Array.isArray(list)) throw new Error(`expected a list at byte ${at}`);
    return list;
  };
  const text = (length: number): string => {
    const from = take(length);
    return bytes.toString('utf8', from, from + length);
  };
  const recall = (key: number): unknown => {
    if (!memo.has(key)) throw new Error(`the pickle recalls ${key}, which it did not keep`);
    return memo.get(key);
  };
  const setPairs = (map: Map<unknown, unknown>, items: unknown[]): void => {
    for (let index = 0; index + 1 < items.length; index += 2) map.set(items[index], items[index + 1]);
  };

  for (;;) {
    const opcode = String.fromCharCode(bytes.readUInt8(take(1)));
    switch (opcode) {
      case '\x80': // PROTO
        if (bytes.readUInt8(take(1)) > 3) throw new Error('expected a pickle of protocol 2 or 3');
        break;
      case '.': // STOP
        return { value: pop(), end: at };
      case '(':
        stack.push(MARK);
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
        stack.push(true);
        break;
      case '\x89':
        stack.push(false);
        break;
      case 'K': // BININT1
        stack.push(bytes.readUInt8(take(1)));
        break;
      case 'M': // BININT2
        stack.push(bytes.readUInt16LE(take(2)));
        break;
      case 'J': // BININT
        stack.push(bytes.readInt32LE(take(4)));
        break;
      case 'G': // BINFLOAT
        stack.push(bytes.readDoubleBE(take(8)));
        break;
      case '\x8a': {
        // LONG1
        const length = bytes.readUInt8(take(1));
        const from = take(length);
        const hex = Buffer.from(bytes.subarray(from, from + length))
          .reverse()
          .toString('hex');
        const value = BigInt.asIntN(8 * length, BigInt(`0x${hex || '0'}`));
        stack.push(Number.isSafeInteger(Number(value)) ? Number(value) : value);
        break;
      }
      case 'X': // BINUNICODE
        stack.push(text(bytes.readUInt32LE(take(4))));
        break;
      case 'U': // SHORT_BINSTRING
        stack.push(text(bytes.readUInt8(take(1))));
        break;
      case ')':
        stack.push([]);
        break;
      case ']':
        stack.push([]);
        break;
      case '}':
        stack.push(new Map());
        break;
      case 't': // TUPLE
        stack.push(toMark());
        break;
      case '\x85':
        stack.push([pop()]);
        break;
      case '\x86':
      case '\x87': {
        const items = [pop(), pop(), ...(opcode === '\x87' ? [pop()] : [])];
        stack.push(items.reverse());
        break;
      }
      case 'a': {
        // APPEND
        const item = pop();
        topList().push(item);
        break;
      }
      case 'e': {
        // APPENDS
        const items = toMark();
        topList().push(...items);
        break;
      }
      case 's': {
        // SETITEM
        const value = pop();
        const key = pop();
        topMap().set(key, value);
        break;
      }
      case 'u': {
        // SETITEMS
        const items = toMark();
        setPairs(topMap(), items);
        break;
      }
      case 'q': // BINPUT
        memo.set(bytes.readUInt8(take(1)), stack.at(-1));
        break;
      case 'r': // LONG_BINPUT
        memo.set(bytes.readUInt32LE(take(4)), stack.at(-1));
        break;
      case 'h': // BINGET
        stack.push(recall(bytes.readUInt8(take(1))));
        break;
      case 'j': // LONG_BINGET
        stack.push(recall(bytes.readUInt32LE(take(4))));
        break;
      case 'c': // GLOBAL
        stack.push(new PickleGlobal(`${line()}.${line()}`));
        break;
      case 'R': {
        // REDUCE
        const args = pop();
        const callee = pop();
        const name = callee instanceof PickleGlobal ? callee.name : String(callee);
        const result =
          callee instanceof PickleGlobal && Array.isArray(args) ? rules.call(name, args) : undefined;
        if (result === undefined) throw new Error(`the pickle wants to call ${name}: refused`);
        stack.push(result);
        break;
      }
      case 'Q': // BINPERSID
        stack.push(rules.load(pop()));
        break;
      case 'b': // BUILD: attributes of an object, e.g. the versions of a state dict
        pop();
        break;
      default:
        throw new Error(`the pickle holds opcode 0x${opcode.charCodeAt(0).toString(16)}: refused`);
    }
  }
}
