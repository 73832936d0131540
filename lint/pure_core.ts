/**
 * A lint plugin that keeps the core pure: what is not a shell takes values in and gives values out. It
 * reaches no system, no clock, no timer and no randomness that was not passed in, so that a test can
 * pass in its own.
 *
 * @module
 */

/** The files that hold sockets, files, clocks and timers; a folder stands for all in it. */
const shells = [
  "agent/main.ts",
  "agent/agent.ts",
  "agent/control.ts",
  "agent/multicast_listener.ts",
  "frontend/main.ts",
  "frontend/admin/",
  "frontend/cli/",
  "frontend/monitor/interfaces.ts",
  "frontend/monitor/monitor.ts",
  "frontend/proxy/dial.ts",
  "frontend/proxy/listener.ts",
  "frontend/proxy/relay.ts",
  "frontend/proxy/worker.ts",
  "frontend/proxy/workers.ts",
  "lib/control/control_client.ts",
  "lib/control/control_server.ts",
  "lib/control/deadline.ts",
  "lib/control/socket_file.ts",
  "lib/systemd/notify.ts",
  "lib/systeminfo/read.ts",
];

/** What reaches outside wherever it is named. */
const forbiddenNames = new Set([
  "Deno",
  "fetch",
  "globalThis",
  "performance",
  "process",
  "queueMicrotask",
  "setImmediate",
  "setInterval",
  "setTimeout",
]);

/** What reaches outside by a property of something harmless. */
const forbiddenMembers = new Set([
  "AbortSignal.timeout",
  "Date.now",
  "Math.random",
  "crypto.getRandomValues",
  "crypto.randomUUID",
  "crypto.subtle.generateKey",
]);

/** The modules of Node that only calculate. */
const pureNodeModules = new Set([
  "node:assert",
  "node:assert/strict",
  "node:buffer",
  "node:crypto",
  "node:path",
  "node:util",
]);

/** What of `node:crypto` gives randomness. */
const randomImport = /^(random|generateKey|generatePrime|getRandomValues|webcrypto|subtle)/;

/** Whether the rule holds in a file: everything of the programs but tests and shells. */
function isPure(filename: string): boolean {
  const path = filename.replaceAll("\\", "/").replace(/^file:\/\//, "");
  const [, inside] = /(?:^|\/)((?:agent|frontend|lib)\/.*)$/.exec(path) ?? [];
  if (inside === undefined || inside.endsWith("_test.ts")) return false;
  return !shells.some((shell) => shell.endsWith("/") ? inside.startsWith(shell) : inside === shell);
}
