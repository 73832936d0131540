import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { allVariables } from "../lib/config/variables.ts";
import { manualPage } from "./manual_page.ts";

const edition = { version: "1.2.3", date: new Date("2026-11-05T23:00:00Z") };

Deno.test("version and date are filled in as mdoc writes them", () => {
  assertEquals(
    manualPage(".Dd @DATE@\n.Os lb @VERSION@\n", edition),
    ".Dd November 5, 2026\n.Os lb 1.2.3\n",
  );
});

Deno.test("every setting stands in the list with its programs, default and accepted values", () => {
  const list = manualPage("@SETTINGS@", edition);
  for (const { name, default: usual, accepts } of allVariables) {
    assert(new RegExp(`^\\.It Ev ${name} Pq `, "m").test(list), name);
    assertStringIncludes(list, `Default: ${usual}.`);
    assertStringIncludes(list, `Accepted: ${accepts}.`);
  }
  assertStringIncludes(list, ".It Ev LB_KEY Pq lb-agent, lb-frontend\n");
  assertStringIncludes(list, ".It Ev LB_SERVICES Pq lb-agent\n");
  assertStringIncludes(list, ".It Ev LB_LISTEN Pq lb-frontend\n");
});

Deno.test("a setting that both programs have stands in the list once", () => {
  const names = [...manualPage("@SETTINGS@", edition).matchAll(/^\.It Ev (\S+)/gm)].map(([, n]) =>
    n
  );
  assertEquals(names.length, new Set(names).size);
});

Deno.test("a page that asks for something unknown is refused", () => {
  assertThrows(() => manualPage("@COLOUR@", edition), TypeError, "COLOUR");
});
