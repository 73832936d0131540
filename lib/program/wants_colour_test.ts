import { assertEquals } from "@std/assert";
import { wantsColour } from "./wants_colour.ts";

function wants(environment: Record<string, string>, isTerminal: boolean): boolean {
  return wantsColour((name) => environment[name], isTerminal);
}

Deno.test("colours are for terminals, unless the environment says otherwise", () => {
  assertEquals(wants({}, true), true);
  assertEquals(wants({}, false), false);
  assertEquals(wants({ TERM: "dumb" }, true), false);
  assertEquals(wants({ NO_COLOR: "1" }, true), false);
  assertEquals(wants({ NO_COLOR: "" }, true), true);
  assertEquals(wants({ FORCE_COLOR: "1" }, false), true);
  assertEquals(wants({ FORCE_COLOR: "0" }, true), false);
  assertEquals(wants({ FORCE_COLOR: "1", NO_COLOR: "1" }, true), false);
});
