import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { drainReply, parseDrainRequest } from "./drain.ts";

Deno.test("a request names its backend", () => {
  assertEquals(parseDrainRequest({ backend: "9f2c61d0" }), "9f2c61d0");
  for (const bad of [null, {}, { backend: "" }, { backend: 7 }, "9f2c61d0"]) {
    assertThrows(() => parseDrainRequest(bad), TypeError, "ADDRESS:PORT");
  }
});

Deno.test("an unknown backend is answered with the known ones", () => {
  const result = { found: false, known: ["9f2c61d0 (10.0.0.11:80)"] } as const;
  const error = assertThrows(() => drainReply("x", true, result), Error);
  assertStringIncludes(error.message, '"x"; known backends: 9f2c61d0 (10.0.0.11:80)');
});

Deno.test("the reply says what will happen to which backend", () => {
  const result = { found: true, backends: ["9f2c61d0 (10.0.0.11:80)"] } as const;
  assertStringIncludes(drainReply("x", true, result), "10.0.0.11:80) gets no new connections");
  assertStringIncludes(drainReply("x", false, result), "10.0.0.11:80) gets new connections again");
});
