import type { Counts } from "../runner/counts.ts";

/** How a suite ended, as the runner prints it. */
export interface SuiteResult extends Counts {
  readonly name: string;
  readonly seconds: number;
}

/** A run of the tests, as it is read from what it printed. */
export interface TestRun {
  readonly suites: readonly SuiteResult[];
  /** Of all suites; null where the run was cut off. */
  readonly total: Counts | null;
}

const counts = "(\\d+) passed, (\\d+) failed, (\\d+) skipped";
const suiteLine = new RegExp(`^--- (.+): ${counts} \\((\\d+(?:\\.\\d+)?) s\\)`, "gm");
const totalLine = new RegExp(`^${counts}\\s*$`);

/**
 * Reads what a run of the tests has printed.
 *
 * @example
 * ```ts
 * import { readTestRun } from "./suite_results.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const output = "=== lint\n--- lint: 1 passed, 0 failed, 0 skipped (1.5 s)\n\n1 passed, 0 failed, 0 skipped\n";
 * assertEquals(readTestRun(output), {
 *   suites: [{ name: "lint", passed: 1, failed: 0, skipped: 0, seconds: 1.5 }],
 *   total: { passed: 1, failed: 0, skipped: 0 },
 * });
 * ```
 */
export function readTestRun(output: string): TestRun {
  const suites = [...output.matchAll(suiteLine)].map(([, name = "", ...numbers]) => {
    const [passed = 0, failed = 0, skipped = 0, seconds = 0] = numbers.map(Number);
    return { name, passed, failed, skipped, seconds };
  });
  const last = totalLine.exec(output.trimEnd().split("\n").at(-1) ?? "");
  if (last === null) return { suites, total: null };
  const [passed = 0, failed = 0, skipped = 0] = last.slice(1).map(Number);
  return { suites, total: { passed, failed, skipped } };
}

/**
 * What is wrong with a run on a machine that had nothing, in words.
 *
 * @param beside A run on the machine outside, which must have counted the same; null for none.
 */
export function complaints(run: TestRun, beside: TestRun | null): string[] {
  const found: string[] = [];
  const { suites, total } = run;
  if (total === null) found.push("the tests did not come to their end");
  if (total !== null && total.failed > 0) found.push(`${total.failed} tests failed`);
  if (total !== null && total.skipped > 0) found.push(`${total.skipped} tests were skipped`);
  if (total !== null && total.passed === 0) found.push("no test was run");
  for (const { name, passed } of beside?.suites ?? []) {
    const inside = suites.find((suite) => suite.name === name);
    if (inside?.passed === passed) continue;
    found.push(`${name}: ${inside?.passed ?? "no"} tests passed, ${passed} outside`);
  }
  return found;
}
