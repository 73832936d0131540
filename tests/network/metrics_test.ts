import { assertEquals } from "@std/assert";
import { totalOf } from "./metrics.ts";

const text = `# HELP lb_refused_total 99
# TYPE lb_refused_total counter
lb_refused_total{reason="forged"} 3
lb_refused_total{reason="replayed"} 4
lb_up 1
`;

Deno.test("samples are added up by name, comments are none", () => {
  assertEquals(totalOf(text, /refused/), 7);
  assertEquals(totalOf(text, /^lb_up$/), 1);
  assertEquals(totalOf(text, /nothing/), 0);
});

Deno.test("labels narrow the sum", () => {
  assertEquals(totalOf(text, /refused/, /forged/), 3);
});
