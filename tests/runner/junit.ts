import type { Counts } from "./counts.ts";

/** Everything in which markup characters may stand for themselves. */
const opaqueSections = /<!\[CDATA\[.*?\]\]>|<!--.*?-->/gs;
/** One test: an element without content, or one with all that it contains. */
const testCases = /<testcase\b(?:"[^"]*"|'[^']*'|[^"'>])*?(?:\/>|>(.*?)<\/testcase>)/gs;

/**
 * Counts the tests of a JUnit report, steps included, as `deno test --junit-path` writes it.
 *
 * The test cases themselves are counted, not the totals in the head of the report: these name
 * skipped tests differently from writer to writer.
 *
 * @returns null where the text is no whole report, as after a crash of the runner.
 *
 * @example
 * ```ts
 * import { countJunit } from "./junit.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const report = `<testsuites><testsuite>
 *   <testcase name="works"/>
 *   <testcase name="breaks"><failure message="broken"/></testcase>
 *   <testcase name="waits"><skipped/></testcase>
 * </testsuite></testsuites>`;
 * assertEquals(countJunit(report), { passed: 1, failed: 1, skipped: 1 });
 * ```
 */
export function countJunit(report: string): Counts | null {
  const text = report.replaceAll(opaqueSections, "");
  if (!/<testsuites\b[^>]*\/>|<\/testsuites>/.test(text)) return null;
  const counts = { passed: 0, failed: 0, skipped: 0 };
  for (const [, content] of text.matchAll(testCases)) counts[outcomeOf(content ?? "")]++;
  return counts;
}

/** How a test ended, by the elements inside its own. */
function outcomeOf(content: string): keyof Counts {
  if (/<(failure|error)\b/.test(content)) return "failed";
  return /<skipped\b/.test(content) ? "skipped" : "passed";
}
