/**
 * Groups from pairs: what is linked by a chain of pairs is one group, named by its first member in the order of names.
 *
 * @param pairs names that belong together, two by two
 * @returns group of each name that is in a pair
 * @example joinPairs([['b', 'c'], ['a', 'b']]).get('c') // 'a'
 */
export function joinPairs(pairs: readonly (readonly [string, string])[]): Map<string, string> {
  const parent = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root))
      root = next;
    for (let at = name; at !== root; ) {
      const next = parent.get(at) ?? root;
      parent.set(at, root);
      at = next;
    }
    return root;
  };
  for (const [a, b] of pairs) {
    const [first = a, second = b] = [rootOf(a), rootOf(b)].sort();
    parent.set(first, first);
    parent.set(second, first);
  }
  return new Map([...parent.keys()].map((name) => [name, rootOf(name)]));
}
