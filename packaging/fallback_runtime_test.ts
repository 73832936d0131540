import { Buffer } from "node:buffer";
import { assertEquals, assertThrows } from "@std/assert";
import { fallback, requireSha256, restoreRuntime, sha256 } from "./fallback_runtime.ts";

Deno.test("the digest is SHA-256", () => {
  // FIPS 180-4's example, "abc".
  assertEquals(
    sha256(new TextEncoder().encode("abc")),
    "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  );
});

Deno.test("bytes with another digest are refused with both digests", () => {
  const bytes = new TextEncoder().encode("abc");
  const error = assertThrows(() => requireSha256("it", bytes, fallback.runtimeSha256), Error);
  assertEquals(error.message.includes(fallback.runtimeSha256), true);
  assertEquals(error.message.includes(sha256(bytes)), true);
});

Deno.test("restoring keeps the runtime's length and changes the ELF header alone", () => {
  const executable = new Uint8Array(fallback.runtimeBytes + 10).fill(0xaa);
  const runtime = restoreRuntime(executable);
  assertEquals(runtime.length, fallback.runtimeBytes);
  const changed = [...runtime.subarray(0, 128)].flatMap((byte, at) => byte === 0xaa ? [] : [at]);
  const between = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, at) => from + at);
  assertEquals(changed, [
    ...between(0x20, 0x28),
    ...between(0x28, 0x30),
    ...between(0x38, 0x3a),
    ...between(0x3c, 0x3e),
  ]);
  assertEquals(Buffer.compare(runtime.subarray(128), executable.subarray(128, runtime.length)), 0);
  assertEquals(executable.subarray(0, 128).every((byte) => byte === 0xaa), true);
});

Deno.test("an executable that is too short to carry the runtime is refused", () => {
  assertThrows(() => restoreRuntime(new Uint8Array(64)), RangeError, "received 64");
});
