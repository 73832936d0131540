import { assertEquals, assertStringIncludes } from "@std/assert";
import plugin from "./pure_core.ts";

/** The absolute path of a file of the project. */
function absolute(path: string): string {
  return new URL(`../${path}`, import.meta.url).pathname;
}

/** What the rule forbids in a text, in words. */
function forbidden(source: string, filename = absolute("lib/stats/ewma.ts")): string[] {
  const found = Deno.lint.runPlugin(plugin, filename, source);
  return found.map(({ message }) => message.replace(/^.* may not use /, ""));
}

Deno.test("what reaches the system, a clock, a timer or randomness is forbidden", () => {
  const cases: [source: string, ...found: string[]][] = [
    ["Deno.readTextFileSync('x');", "Deno"],
    ["const { readTextFile } = Deno;", "Deno"],
    ["globalThis.Deno.exit();", "globalThis"],
    ["performance.now();", "performance"],
    ["const now = () => Date.now();", "Date.now"],
    ["Date['now']();", "Date.now"],
    ["const clock = Date.now;", "Date.now"],
    ["const { now } = Date;", "Date.now"],
    ["new Date();", "new Date()"],
    ["Date();", "Date()"],
    ["Math.random();", "Math.random"],
    ["const { random: draw } = Math;", "Math.random"],
    ["call(Math.random);", "Math.random"],
    ["setTimeout(f, 1);", "setTimeout"],
    ["setInterval(f, 1);", "setInterval"],
    ["queueMicrotask(f);", "queueMicrotask"],
    ["const later = { setTimeout };", "setTimeout"],
    ["AbortSignal.timeout(5);", "AbortSignal.timeout"],
    ["crypto.getRandomValues(x);", "crypto.getRandomValues"],
    ["crypto.randomUUID();", "crypto.randomUUID"],
    ["process.exit(1);", "process"],
    ["await fetch('http://x');", "fetch"],
    ["f(performance as unknown);", "performance"],
  ];
  for (const [source, ...found] of cases) assertEquals(forbidden(source), found, source);
});

Deno.test("modules that reach the system are forbidden, and of node:crypto what is random", () => {
  const cases: [source: string, ...found: string[]][] = [
    ["import fs from 'node:fs';", "node:fs"],
    ["import 'node:process';", "node:process"],
    ["import { setTimeout as later } from 'node:timers/promises';", "node:timers/promises"],
    ["import { randomBytes } from 'node:crypto';", "randomBytes of node:crypto"],
    ["import { randomUUID as id, createHmac } from 'node:crypto';", "randomUUID of node:crypto"],
    ["import crypto from 'node:crypto';", "* of node:crypto"],
    ["import * as crypto from 'node:crypto';", "* of node:crypto"],
  ];
  for (const [source, ...found] of cases) assertEquals(forbidden(source), found, source);
});

Deno.test("what only calculates, names a type or has the same name as a property is allowed", () => {
  const sources = [
    "new Date(0); Date.UTC(2026, 1); Math.max(1, 2);",
    "function f(options: { now: () => number }) { return options.now(); }",
    "function f(connection: Deno.Conn): Deno.Addr { return connection.localAddr; }",
    "let timer: ReturnType<typeof setTimeout>;",
    "options.performance.now(); options.setTimeout(f);",
    "const shell = { performance: 1, Deno: 2 };",
    "interface Clock { performance: number; setTimeout(): void }",
    "class Clock { setTimeout() {} performance = 1; }",
    "const text = 'Deno.exit()'; // Date.now()",
    "import { createHmac, timingSafeEqual } from 'node:crypto';",
    "import type { Socket } from 'node:net';",
    "import { parseArgs } from 'node:util';",
    "crypto.subtle.digest('SHA-256', x);",
  ];
  for (const source of sources) assertEquals(forbidden(source), [], source);
});

Deno.test("the rule holds in the programs and the library, not in shells, tests and elsewhere", () => {
  const holds = (path: string) => forbidden("Date.now();", path).length === 1;
  for (const path of ["lib/stats/ewma.ts", "agent/responder.ts", "frontend/table/lifecycle.ts"]) {
    assertEquals([holds(path), holds(absolute(path))], [true, true], path);
  }
  const free = ["agent/main.ts", "frontend/cli/top/top.ts", "frontend/proxy/worker.ts"];
  free.push("lib/stats/ewma_test.ts", "frontend/proxy/loopback_fixture.ts");
  free.push("tests/run.ts", "packaging/build.ts", "lint/pure_core.ts");
  for (const path of free) assertEquals([holds(path), holds(absolute(path))], [false, false], path);
});

Deno.test("a shell's name elsewhere makes no shell", () => {
  for (const path of ["lib/main.ts", "lib/agent/main.ts", "frontend/proxy/worker.ts/x.ts"]) {
    assertEquals(forbidden("Date.now();", absolute(path)), ["Date.now"], path);
  }
});

Deno.test("the message names the rule, the file and the remedy", () => {
  const [found] = Deno.lint.runPlugin(plugin, absolute("lib/stats/ewma.ts"), "Math.random();");
  assertStringIncludes(found?.message ?? "", "lb/pure-core: lib/stats/ewma.ts is part of");
  assertStringIncludes(found?.hint ?? "", "Pass it in");
});
