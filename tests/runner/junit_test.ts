import { assertEquals } from "@std/assert";
import { countJunit } from "./junit.ts";

/** In the form in which `deno test --junit-path` writes it. */
const report = `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="deno test" tests="5" failures="2" errors="0" time="0.018">
    <testsuite name="./a_test.ts" tests="5" disabled="1" errors="0" failures="2">
        <testcase name="passes" classname="./a_test.ts" time="0.001" line="1" col="6">
        </testcase>
        <testcase name="a &gt; b &quot;c&quot;" classname="./a_test.ts" time="0.001">
            <failure message="Uncaught Error: &lt;skipped/&gt;">Error: &lt;testcase&gt;
    at file:///a_test.ts:2:41</failure>
        </testcase>
        <testcase name="is ignored" classname="./a_test.ts" time="0.000" line="3" col="6">
            <skipped/>
        </testcase>
        <testcase name="has steps" classname="./a_test.ts" time="0.004" line="4" col="6">
            <failure message="1 test step failed">1 test step failed.</failure>
        </testcase>
        <testcase name="has steps &gt; first" classname="./a_test.ts" time="0.000">
        </testcase>
    </testsuite>
</testsuites>
`;

Deno.test("a report is counted by its test cases, steps included", () => {
  assertEquals(countJunit(report), { passed: 2, failed: 2, skipped: 1 });
});

Deno.test("an empty report counts nothing", () => {
  const nothing = { passed: 0, failed: 0, skipped: 0 };
  assertEquals(countJunit(`<testsuites name="deno test" tests="0"></testsuites>`), nothing);
  assertEquals(countJunit(`<testsuites tests="0"/>`), nothing);
});

Deno.test("a report that was cut off is none", () => {
  assertEquals(countJunit(report.slice(0, report.indexOf("</testsuites>"))), null);
  assertEquals(countJunit(""), null);
});

Deno.test("an error counts as a failure", () => {
  const text = `<testsuites><testcase name="x"><error>no</error></testcase></testsuites>`;
  assertEquals(countJunit(text), { passed: 0, failed: 1, skipped: 0 });
});

Deno.test("a test case without content does not swallow the next one's failure", () => {
  const text = `<testsuites><testcase name="x"/><testcase name="y"><failure/></testcase>` +
    `<testcase name="z" /></testsuites>`;
  assertEquals(countJunit(text), { passed: 2, failed: 1, skipped: 0 });
});

Deno.test("markup inside CDATA, comments and attribute values is not counted", () => {
  const text = `<testsuites><!-- <testcase name="no"/> -->
    <testcase name="a > b />"><system-out><![CDATA[<failure/></testcase>]]></system-out></testcase>
  </testsuites>`;
  assertEquals(countJunit(text), { passed: 1, failed: 0, skipped: 0 });
});
