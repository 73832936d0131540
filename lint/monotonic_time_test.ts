import { assertEquals } from "@std/assert";
import plugin from "./monotonic_time.ts";

function findings(file: string, source: string): number {
  return Deno.lint.runPlugin(plugin, new URL(`../${file}`, import.meta.url).pathname, source)
    .length;
}

Deno.test("the wall clock is reported wherever a program reads it", () => {
  for (const file of ["frontend/monitor/monitor.ts", "agent/agent.ts", "lib/systemd/notify.ts"]) {
    assertEquals(findings(file, "const now = Date.now();"), 1, file);
    assertEquals(findings(file, "const now = new Date();"), 1, file);
    assertEquals(findings(file, "const { now } = Date;"), 1, file);
    assertEquals(findings(file, "performance.timeOrigin + performance.now();"), 1, file);
    assertEquals(findings(file, "Temporal.Now.instant();"), 1, file);
  }
});

Deno.test("monotonic time, and the name in a text, are no offence", () => {
  assertEquals(findings("agent/agent.ts", 'const now = performance.now(); say("Date.now()");'), 0);
});

Deno.test("tests, tools and the dashboard's page are free to read the clock on the wall", () => {
  for (
    const file of ["agent/a_test.ts", "packaging/build.ts", "frontend/admin/dashboard/page.ts"]
  ) {
    assertEquals(findings(file, "const now = Date.now();"), 0, file);
  }
});
