import { assertEquals } from "@std/assert";
import { type Machine, missingPackages, obstacle } from "./machine.ts";
import type { Suite } from "./suite.ts";

function machineWith(
  { isRoot = true, commands = [] as string[], files = [] as string[] },
): Machine {
  return {
    isRoot,
    find: (command) => commands.includes(command) ? `/there/${command}` : null,
    has: (path) => files.includes(path),
  };
}

const base = { name: "s", command: [], counts: "tests", limitMinutes: 1 } as const;
const plain: Suite = base;
const web: Suite = {
  ...base,
  needs: { root: true, commands: { nginx: "nginx-light", ip: "iproute2", ss: "iproute2" } },
};
const wishful: Suite = { ...base, wishes: { curl: "curl" } };

Deno.test("the packages of all missing commands are named once", () => {
  assertEquals(missingPackages([plain, web, wishful, web], machineWith({})), [
    "curl",
    "iproute2",
    "nginx-light",
  ]);
  const machine = machineWith({ commands: ["nginx", "ip", "curl"] });
  assertEquals(missingPackages([web, wishful], machine), ["iproute2"]);
});

Deno.test("nothing is missing for a suite that could not run even with it", () => {
  assertEquals(missingPackages([web], machineWith({ isRoot: false })), []);
});

Deno.test("a suite without needs runs anywhere", () => {
  assertEquals(obstacle(plain, machineWith({ isRoot: false })), null);
});

Deno.test("a wish that is not met is no obstacle", () => {
  assertEquals(obstacle(wishful, machineWith({})), null);
});

Deno.test("a suite for root says so to everyone else", () => {
  const commands = ["nginx", "ip", "ss"];
  assertEquals(obstacle(web, machineWith({ isRoot: false, commands })), "it needs root");
  assertEquals(obstacle(web, machineWith({ commands })), null);
});

Deno.test("each missing command is named with its package", () => {
  assertEquals(
    obstacle(web, machineWith({ commands: ["ip"] })),
    "it needs nginx (Debian package nginx-light), ss (Debian package iproute2)",
  );
});

Deno.test("a file that is needed is missing where it is not there", () => {
  const suite: Suite = { ...base, needs: { files: { "/data/part.so": "part" } } };
  assertEquals(missingPackages([suite], machineWith({})), ["part"]);
  assertEquals(obstacle(suite, machineWith({})), "it needs /data/part.so (Debian package part)");
  const machine = machineWith({ files: ["/data/part.so"] });
  assertEquals(missingPackages([suite], machine), []);
  assertEquals(obstacle(suite, machine), null);
});
