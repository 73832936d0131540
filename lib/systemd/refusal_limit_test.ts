import { assertEquals } from "@std/assert";
import { RefusalLimit } from "./refusal_limit.ts";

Deno.test("noise is told once a minute, whoever makes it", () => {
  const limit = new RefusalLimit();
  const told = [0, 1, 60_000].map((now) => limit.admit("forged", `10.0.0.${now}`, "forged", now));
  assertEquals(told, ["forged", null, "forged (and 1 more)"]);
});

Deno.test("of machines to be mended some are named, however many there seem to be", () => {
  const limit = new RefusalLimit();
  let lines = 0;
  for (let host = 0; host < 10_000; host++) {
    if (limit.admit("version", `10.0.${host >> 8}.${host & 255}`, "", host) !== null) lines++;
  }
  assertEquals(lines, 17, "sixteen and one for the others");
});
