import { assertEquals } from "@std/assert";
import { closestName } from "./closest_name.ts";

const names = ["status", "drain", "undrain", "top"];

Deno.test("a slip of the finger finds the name that was meant", () => {
  assertEquals(closestName("statu", names), "status");
  assertEquals(closestName("stauts", names), "status");
  assertEquals(closestName("DRAIN", names), "drain");
  assertEquals(closestName("drian", names), "drain");
  assertEquals(closestName("tpp", names), "top");
});

Deno.test("the closest of several names is found, wherever it stands", () => {
  assertEquals(closestName("undran", names), "undrain");
  assertEquals(closestName("undran", names.toReversed()), "undrain");
});

Deno.test("what resembles no name finds none", () => {
  assertEquals(closestName("", names), null);
  assertEquals(closestName("restart", names), null);
  assertEquals(closestName("x".repeat(100_000), names), null);
  assertEquals(closestName("status", []), null);
});
