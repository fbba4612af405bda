import assert from 'node:assert/strict';

/**
 * The value, where there must be one: the checked form of TypeScript's `value!`.
 *
 * @throws AssertionError on null and undefined
 */
export function nonNull<T>(value: T | null | undefined): T {
  assert.ok(value !== null && value !== undefined, `expected a value, received ${value}`);
  return value;
}
