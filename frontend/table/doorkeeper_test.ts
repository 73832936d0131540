import { assertEquals, assertStringIncludes } from "@std/assert";
import { recordingLogger } from "../../lib/systemd/logger_fixture.ts";
import type { Machine } from "../monitor/machine.ts";
import { type HeardReport, Roster } from "../monitor/roster.ts";
import { exampleReport } from "../monitor/report_fixture.ts";
import { Doorkeeper } from "./doorkeeper.ts";

const eth0 = {
  name: "eth0",
  family: "IPv4",
  address: "10.0.0.1",
  netmask: "255.255.255.0",
} as const;

function machineAt(source: string): Machine {
  const how = { via: "eth0", round: 1, isAnswer: true, rttMs: 1 };
  const heard: HeardReport = { report: exampleReport(), source, ...how };
  return new Roster().hear(heard).machine;
}

function setUp() {
  const logger = recordingLogger();
  const clock = { now: 0 };
  const rules = { authenticated: false, networks: null, peers: [] };
  const doorkeeper = new Doorkeeper({ rules, logger, now: () => clock.now });
  doorkeeper.look([eth0], ["eth0"]);
  const offer = (source: string, address: string, port = 80) =>
    doorkeeper.admits(machineAt(source), { address, port });
  return { doorkeeper, logger, clock, offer };
}

Deno.test("what is left out is counted each time and told once, with the setting to change", () => {
  const { doorkeeper, logger, clock, offer } = setUp();
  assertEquals(offer("10.0.0.11", "10.0.0.11"), true);
  for (clock.now = 0; clock.now < 5_000; clock.now += 1_000) {
    assertEquals(offer("10.0.0.66", "10.0.0.5", 5432), false);
  }
  const [line = "", ...more] = logger.lines;
  assertEquals(more, []);
  for (const part of ["10.0.0.5:5432", "10.0.0.66", "LB_BACKEND_NETWORKS"]) {
    assertStringIncludes(line, part);
  }
  assertEquals(doorkeeper.leftOut.map(({ address }) => address), ["10.0.0.5"]);
  const count = doorkeeper.counts.find(({ reason }) => reason === "foreign-address")?.count;
  assertEquals(count, 5);
  clock.now = 70_000;
  assertEquals(doorkeeper.leftOut, [], "it is offered no longer");
});

Deno.test("a thousand that are left out are no thousand lines", () => {
  const { logger, offer } = setUp();
  for (let host = 0; host < 1_000; host++) {
    offer(`10.1.${host >> 8}.${host & 255}`, `10.1.${host >> 8}.${host & 255}`);
  }
  assertEquals(logger.lines.length, 17, "sixteen and one for the others");
});
