/** A package of which this one uses, or replaces, what its documentation does not promise. */
export interface Dependency {
  name: string;
  /** The installed version. */
  found: string;
  /** Minor versions on which the tests of this package run. */
  tested: readonly string[];
  /** What is used and was looked for without success. */
  missing: readonly string[];
}

/** Whether to use undocumented parts: of tested versions only, of any version that has them, or never. */
export type Undocumented = 'tested' | 'any' | 'never';

/**
 * Why the undocumented parts of a package are not used; null where they are.
 * @param instead what happens then, and what it costs
 */
export function whyNot(dependency: Dependency, use: Undocumented, instead: string): string | null {
  const { name, found, tested, missing } = dependency;
  if (use === 'never')
    return `the undocumented parts of ${name} ${found} are not used, as asked for: ${instead}`;
  const expected = `expected ${name} ${tested.join(' or ')}, on which this backend was tested, found ${found}`;
  if (missing.length > 0) return `${expected}, which has no ${missing.join(', no ')}: ${instead}`;
  const isTested = tested.some((minor) => found === minor || found.startsWith(`${minor}.`));
  return isTested || use === 'any' ? null : `${expected}: ${instead}`;
}
