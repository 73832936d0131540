/**
 * The functions of `@std/assert` that this project uses, on `node:assert/strict`.
 *
 * deno.json maps the name `@std/assert` here; mapping it to `jsr:@std/assert` instead is the whole
 * change where that registry can be reached, as the signatures are the same.
 *
 * @module
 */
import nodeAssert from "node:assert/strict";

/** Thrown by every failed assertion. */
// deno-lint-ignore no-explicit-any
export const AssertionError: new (...args: any[]) => Error = nodeAssert.AssertionError as never;

/** Makes an assertion: `expr` must be truthy. */
export function assert(expr: unknown, msg = ""): asserts expr {
  nodeAssert.ok(expr, msg || undefined);
}

/** Asserts that `actual` equals `expected` in structure and types. */
export function assertEquals<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.deepStrictEqual(actual, expected, msg);
}

/** Asserts that `actual` does not equal `expected` in structure. */
export function assertNotEquals<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.notDeepStrictEqual(actual, expected, msg);
}

/** Asserts that `actual` and `expected` are the same by `Object.is`. */
export function assertStrictEquals<T>(
  actual: unknown,
  expected: T,
  msg?: string,
): asserts actual is T {
  nodeAssert.strictEqual(actual, expected as unknown, msg);
}

/** Asserts that two numbers are within `tolerance` of each other (default: 1e-7 relative). */
export function assertAlmostEquals(
  actual: number,
  expected: number,
  tolerance?: number,
  msg?: string,
): void {
  const within = tolerance ?? Math.max(Math.abs(expected) * 1e-7, 1e-7);
  nodeAssert.ok(
    Object.is(actual, expected) || Math.abs(actual - expected) <= within,
    msg ?? `Expected ${actual} to be within ${within} of ${expected}`,
  );
}

/** Asserts that `actual` is greater than `expected`. */
export function assertGreater<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual > expected, msg ?? `Expected ${actual} > ${expected}`);
}

/** Asserts that `actual` is greater than or equal to `expected`. */
export function assertGreaterOrEqual<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual >= expected, msg ?? `Expected ${actual} >= ${expected}`);
}

/** Asserts that `actual` is less than `expected`. */
export function assertLess<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual < expected, msg ?? `Expected ${actual} < ${expected}`);
}

/** Asserts that `actual` is less than or equal to `expected`. */
export function assertLessOrEqual<T>(actual: T, expected: T, msg?: string): void {
  nodeAssert.ok(actual <= expected, msg ?? `Expected ${actual} <= ${expected}`);
}

/** Asserts that `actual` contains `expected`. */
export function assertStringIncludes(actual: string, expected: string, msg?: string): void {
  nodeAssert.ok(
    actual.includes(expected),
    msg ?? `Expected ${JSON.stringify(actual)} to contain ${JSON.stringify(expected)}`,
  );
}

/** Asserts that `actual` matches `expected`. */
export function assertMatch(actual: string, expected: RegExp, msg?: string): void {
  nodeAssert.match(actual, expected, msg);
}

/** Asserts that `actual` is neither null nor undefined. */
export function assertExists<T>(actual: T, msg?: string): asserts actual is NonNullable<T> {
  nodeAssert.ok(actual !== null && actual !== undefined, msg ?? "Expected a value");
}

/** Asserts that `fn` throws, and optionally what; returns what was thrown. */
export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  // deno-lint-ignore no-explicit-any
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): E {
  let thrown: unknown;
  let threw = false;
  try {
    fn();
  } catch (error) {
    thrown = error;
    threw = true;
  }
  nodeAssert.ok(threw, msg ?? "Expected function to throw");
  nodeAssert.ok(thrown instanceof ErrorClass, msg ?? `Expected ${ErrorClass.name}, got ${thrown}`);
  if (msgIncludes !== undefined) assertStringIncludes(thrown.message, msgIncludes, msg);
  return thrown;
}

/** Asserts that `fn` rejects, and optionally with what; resolves to what was thrown. */
export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  // deno-lint-ignore no-explicit-any
  ErrorClass: abstract new (...args: any[]) => E,
  msgIncludes?: string,
  msg?: string,
): Promise<E> {
  let thrown: unknown;
  let threw = false;
  try {
    await fn();
  } catch (error) {
    thrown = error;
    threw = true;
  }
  return assertThrows<E>(
    () => {
      if (threw) throw thrown;
    },
    ErrorClass,
    msgIncludes,
    msg,
  );
}
