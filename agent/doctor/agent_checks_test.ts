import { assertEquals, assertStringIncludes } from "@std/assert";
import type { AgentStatus, MonitorStatus } from "../status.ts";
import { checkFrontEnds, type FrontEndFacts } from "./front_ends_check.ts";
import { checkMembership } from "./membership_check.ts";
import { checkServices } from "./services_check.ts";

const http = { name: "", port: 80 };
const listener = (address: string, { port = 80, acceptQueue = 0 } = {}) => ({
  address,
  port,
  acceptQueue,
  ipv6Only: null,
});

for (
  const [what, listeners, verdict, word] of [
    ["on all addresses", [listener("0.0.0.0")], "ok", "0.0.0.0"],
    ["on another port", [listener("0.0.0.0", { port: 81 })], "failure", "nothing listens"],
    ["on loopback", [listener("127.0.0.1"), listener("::1")], "failure", "127.0.0.1, ::1 only"],
    ["on loopback and outside", [listener("127.0.0.1"), listener("10.0.0.1")], "ok", "10.0.0.1"],
    ["without accepting", [listener("::", { acceptQueue: 100 })], "warning", "100 connections"],
    ["where that cannot be read", null, "unknown", "root"],
  ] as const
) {
  Deno.test(`a service that listens ${what}: ${verdict}`, () => {
    const [found] = checkServices([http], listeners);
    assertEquals(found?.verdict, verdict);
    assertStringIncludes(`${found?.saw} ${found?.remedy}`, word);
  });
}

const usable = ["eth0", "eth1"].map((name) => ({ name, address: "", netmask: "" }));
const group = "239.8.8.8";

Deno.test("interfaces on which the group is joined are told from those where it is not", () => {
  const groups = new Map([["eth0", ["224.0.0.1", group]], ["eth1", ["224.0.0.1"]]]);
  const found = checkMembership({ group, usable, groups });
  assertEquals(found.map(({ verdict }) => verdict), ["ok", "failure"]);
  assertStringIncludes(found[0]?.saw ?? "", "eth0");
  assertStringIncludes(found[1]?.saw ?? "", "eth1");
  assertEquals(checkMembership({ group, usable, groups: null })[0]?.verdict, "unknown");
});

const monitor: MonitorStatus = {
  address: "10.0.0.1",
  port: 8888,
  lastProbeMs: 1,
  live: true,
  key: "current",
};

function found(given: Partial<FrontEndFacts>): string[] {
  return checkFrontEnds({ heard: [], status: null, group, port: 8888, ...given })
    .map(({ check, verdict, saw }) => `${check} ${verdict}: ${saw}`);
}

function statusWith(given: Partial<AgentStatus>): FrontEndFacts["status"] {
  return { monitors: [], refusals: [], ...given };
}

Deno.test("front ends that probe are named once, whoever heard them", () => {
  const heard = [{ from: "10.0.0.1", reason: null }];
  const status = statusWith({
    monitors: [monitor, { ...monitor, address: "10.0.0.9", live: false }],
  });
  assertEquals(found({ heard, status }), ["front ends ok: probe this machine: 10.0.0.1"]);
});

Deno.test("where nobody probes that is a failure, and so is another key", () => {
  assertEquals(found({}).map((line) => line.slice(0, 18)), ["front ends failure"]);
  const heard = [{ from: "10.0.0.1", reason: "unknown-key" }] as const;
  assertEquals(
    found({ heard })[0],
    "keys failure: probes signed with another key come from 10.0.0.1",
  );
});

Deno.test("another key of before is a warning, unless that machine is understood by now", () => {
  const refusals = [
    { reason: "unknown-key", count: 3, lastFrom: "10.0.0.1:8888", lastClaimed: null },
  ] as const;
  const silent = found({ status: statusWith({ refusals }) });
  assertEquals(silent[0]?.startsWith("keys warning"), true);
  const mended = found({ status: statusWith({ refusals, monitors: [monitor] }) });
  assertEquals(mended, ["front ends ok: probe this machine: 10.0.0.1"]);
});

Deno.test("of a probe that comes from elsewhere than it says, both addresses are told", () => {
  const claims = "addresses failure: of those who send here, 192.0.2.1 says that it is 10.9.0.1";
  const heard = [{ from: "192.0.2.1", reason: "address-mismatch", claimed: "10.9.0.1" }] as const;
  assertEquals(found({ heard })[0], claims);
  const lastFrom = "192.0.2.1:1024";
  const refusals = [
    { reason: "address-mismatch", count: 3, lastFrom, lastClaimed: "10.9.0.1:8888" },
  ] as const;
  assertEquals(found({ status: statusWith({ refusals }) })[0], claims);
});

Deno.test("front ends of another version are named, unless they were understood since", () => {
  const heard = [{ from: "10.0.0.1", reason: "version" }] as const;
  const other = "versions failure: another version of the protocol is spoken by 10.0.0.1";
  assertEquals(found({ heard })[0], other);
  const refusals = [
    { reason: "version", count: 1, lastFrom: "10.0.0.1:8888", lastClaimed: null },
  ] as const;
  assertEquals(found({ status: statusWith({ refusals }) })[0], other);
  assertEquals(found({ status: statusWith({ refusals, monitors: [monitor] }) }).length, 1);
});
