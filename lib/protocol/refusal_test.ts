import { assertEquals, assertMatch } from "@std/assert";
import { refusalReasons, refusalSentences } from "./refusal.ts";

Deno.test("every reason for a refusal has one plain sentence of its own", () => {
  assertEquals(Object.keys(refusalSentences).toSorted(), [...refusalReasons].toSorted());
  assertEquals(new Set(Object.values(refusalSentences)).size, refusalReasons.length);
  for (const sentence of Object.values(refusalSentences)) {
    assertMatch(sentence, /^[A-Z][^.\n]*[^.\n]$/);
  }
});
