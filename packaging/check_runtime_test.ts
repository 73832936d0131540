import { assertEquals, assertThrows } from "@std/assert";
import { architectures } from "./architecture.ts";
import { checkRuntime } from "./check_runtime.ts";
import { fallback } from "./fallback_runtime.ts";

const { x86_64, aarch64 } = architectures;

Deno.test("a runtime that is another one is refused, with what helps", () => {
  const executable = new Uint8Array(fallback.runtimeBytes + 1);
  const check = () => checkRuntime(executable, x86_64, fallback.denoVersion);
  assertThrows(check, Error, `must be ${fallback.runtimeSha256}, received `);
  assertThrows(check, Error, "set DENORT_BIN");
});

Deno.test("so is one that is too short", () => {
  const check = () => checkRuntime(new Uint8Array(9), x86_64, fallback.denoVersion);
  assertThrows(check, Error, "is not the runtime that it should be");
});

Deno.test("what no digest is known for is told from what was checked", () => {
  assertEquals(checkRuntime(new Uint8Array(9), aarch64, fallback.denoVersion), false);
  assertEquals(checkRuntime(new Uint8Array(9), x86_64, "0.0.1"), false);
});
