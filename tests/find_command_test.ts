import { assertEquals, assertExists } from "@std/assert";
import { findCommand } from "./find_command.ts";

Deno.test("a command that the system has is found", () => {
  const path = findCommand("sh");
  assertExists(path);
  assertEquals(path.split("/").at(-1), "sh");
});

Deno.test("a command that the system has not is null", () => {
  assertEquals(findCommand("no-such-command-anywhere"), null);
});

Deno.test("a directory is no command", () => {
  assertEquals(findCommand("../sbin"), null);
});
