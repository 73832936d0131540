import { assertEquals } from "@std/assert";
import type { BackendRow } from "../backend_row.ts";
import { drawTable, tellChanges } from "./story.ts";

function row(port: number, state: BackendRow["state"], reason: string): BackendRow {
  return {
    id: "9f2c61d0",
    service: "",
    address: "127.0.0.1",
    port,
    state,
    reason,
    cpu: 0.372,
    cores: 4,
    ram: null,
    ramBytes: null,
    rttMs: 0.4,
    acceptQueue: null,
    check: null,
    linkBps: null,
    bandwidth: { inBps: null, outBps: null },
    activeConnections: 0,
    totalConnections: 0,
    failedConnections: 0,
    share: null,
    ageMs: 12,
    agentVersion: "1.0.0",
    why: null,
  };
}

Deno.test("the table is aligned, and unknown figures are dashes", () => {
  assertEquals(drawTable([row(8081, "up", "answering"), row(80, "joining", "new")]), [
    "server          state    CPU  RAM  RTT      reason",
    "127.0.0.1:8081  up       37%  -    0.40 ms  answering",
    "127.0.0.1:80    joining  37%  -    0.40 ms  new",
  ]);
});

Deno.test("a table without backends is its head alone", () => {
  assertEquals(drawTable([]).length, 1);
});

Deno.test("every change of a state is told with its reason, everything else is not", () => {
  const before = [row(1, "up", "answering"), row(2, "up", "answering"), row(3, "down", "silent")];
  const after = [
    row(1, "up", "still answering"),
    row(2, "down", "silent"),
    row(4, "joining", "new"),
  ];
  assertEquals(tellChanges(before, after), [
    "127.0.0.1:2 up → down: silent",
    "127.0.0.1:4 is joining: new",
    "127.0.0.1:3 is forgotten",
  ]);
  assertEquals(tellChanges(after, after), []);
});
