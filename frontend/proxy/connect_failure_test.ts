import { assertEquals } from "@std/assert";
import { classifyConnectFailure } from "./connect_failure.ts";

Deno.test("a failure to connect is classified by the system's name for it", () => {
  const kind = (code: string) =>
    classifyConnectFailure(Object.assign(new Error("words"), { code })).kind;
  assertEquals(kind("ECONNREFUSED"), "refused");
  assertEquals(kind("EHOSTUNREACH"), "unreachable");
  assertEquals(kind("ENETUNREACH"), "unreachable");
  assertEquals(kind("ETIMEDOUT"), "timeout");
  assertEquals(kind("EMFILE"), "local");
  assertEquals(kind("EADDRNOTAVAIL"), "local");
  assertEquals(kind("ECONNRESET"), "reset");
  assertEquals(kind("EPROTO"), "other");
});

Deno.test("an attempt that was aborted ran out of time", () => {
  const aborted = new DOMException("The signal has been aborted", "AbortError");
  assertEquals(classifyConnectFailure(aborted).kind, "timeout");
});

Deno.test("what is no system error keeps its words", () => {
  assertEquals(classifyConnectFailure(new TypeError("odd")), { kind: "other", detail: "odd" });
  assertEquals(classifyConnectFailure("odd"), { kind: "other", detail: "odd" });
});
