import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { type AgentStatus, renderStatus, statusLine } from "./status.ts";

const status: AgentStatus = {
  id: "fc6057b44fc75444",
  version: "1.2.3",
  uptimeSeconds: 3 * 3600 + 125,
  group: "239.8.8.8",
  port: 8888,
  authenticated: true,
  advertise: null,
  draining: false,
  leaving: false,
  services: [
    { name: "http", port: 80, listening: true, acceptQueue: 3, check: null, backend: "9f2c61d0" },
    {
      name: "https",
      port: 443,
      listening: false,
      acceptQueue: null,
      check: null,
      backend: "0a1b2c3d",
    },
    { name: "", port: 8080, listening: null, acceptQueue: null, check: null, backend: "4e5f6071" },
  ],
  checksNotRun: [],
  cpu: { busy: 0.371, cores: 1.5, source: "cgroup-v2" },
  ram: { used: 0.52, totalBytes: 8 * 2 ** 30, source: "machine" },
  pressure: { cpu: 0.01, memory: 0, io: 0.125 },
  establishedTcp: 12,
  unicast: ["127.0.0.1"],
  interfaces: [{ name: "eth0", address: "10.0.0.11" }],
  monitors: [
    { address: "10.0.0.1", port: 8888, lastProbeMs: 412, live: true, key: "current" },
    { address: "10.0.0.200", port: 8888, lastProbeMs: 61_000, live: false, key: "previous" },
  ],
  answered: 7,
  refusals: [{ reason: "unknown-key", count: 3, lastFrom: "10.0.0.9:8888", lastClaimed: null }],
  overloaded: 0,
  dropped: 0,
  filtered: 0,
};

Deno.test("The status is worded in aligned lines", () => {
  assertEquals(
    renderStatus(status),
    `\
agent      fc6057b44fc75444, version 1.2.3, up 3 h 2 min
state      takes new connections
key        LB_KEY is set
group      239.8.8.8:8888 on eth0 (10.0.0.11)
services   http   80    backend 9f2c61d0  listening, 3 connections waiting
           https  443   backend 0a1b2c3d  not listening
           -      8080  backend 4e5f6071  unknown: /proc/net/tcp cannot be read
cpu        37.1% of 1.5 cores (limit of cgroup v2)
ram        52.0% of 8.0 GiB (the whole machine)
pressure   cpu 1.0%, memory 0.0%, io 12.5%
tcp        12 established
monitors   10.0.0.1:8888    last probe 0.4 s ago
           10.0.0.200:8888  last probe 61.0 s ago, silent, with the previous key
refused    3  unknown-key  last from 10.0.0.9:8888  The sender signs with a key that this machine does not have; compare LB_KEY on both`,
  );
});

Deno.test("What is not known is said to be unknown, and what is missing comes with its remedy", () => {
  const text = renderStatus({
    ...status,
    authenticated: false,
    cpu: null,
    ram: null,
    pressure: null,
    establishedTcp: null,
    interfaces: [],
    monitors: [],
    refusals: [],
  });
  for (const title of ["cpu", "ram", "pressure", "tcp"]) {
    assertStringIncludes(text, `\n${title.padEnd(11)}unknown\n`);
  }
  assertStringIncludes(text, "set LB_KEY on every machine");
  assertStringIncludes(text, "on no interface: no front end can find this agent");
  assertStringIncludes(text, "none has probed this agent");
  assertStringIncludes(text, "refused    nothing");
});

Deno.test("Draining, leaving, an advertised address and overload are shown where they occur", () => {
  assertStringIncludes(renderStatus({ ...status, draining: true }), "draining: asks for no new");
  assertStringIncludes(renderStatus({ ...status, draining: true, leaving: true }), "leaving");
  assertStringIncludes(renderStatus({ ...status, overloaded: 7 }), "7  overload");
  assertStringIncludes(renderStatus({ ...status, dropped: 9 }), "9  dropped");
  assertStringIncludes(renderStatus({ ...status, filtered: 8 }), "8  filtered");
  assert(!/dropped|filtered/.test(renderStatus(status)));
  assert(!renderStatus(status).includes("advertise"));
  assertStringIncludes(renderStatus({ ...status, advertise: "192.0.2.7" }), "advertise  192.0.2.7");
});

Deno.test("How long the agent has been up is given in the unit that people would use", () => {
  const upAfter = (uptimeSeconds: number) =>
    /up (.*)/.exec(renderStatus({ ...status, uptimeSeconds }))?.[1];
  assertEquals([59, 60, 3600, 172_799, 172_800].map(upAfter), [
    "59 s",
    "1 min",
    "1 h 0 min",
    "47 h 59 min",
    "2 days",
  ]);
});

Deno.test("The line for systemd counts services and front ends, and says when draining", () => {
  assertEquals(statusLine(1, 0, false), "1 service, not probed by any front end");
  assertEquals(statusLine(2, 1, false), "2 services, probed by 1 front end");
  assertEquals(statusLine(2, 3, true), "2 services, probed by 3 front ends, draining");
});

Deno.test("a check that cannot be run is told with its reason", () => {
  const reason = "/etc/lb/check does not exist";
  const text = renderStatus({ ...status, checksNotRun: [{ service: "http (port 80)", reason }] });
  assertStringIncludes(text, "\nunchecked  http (port 80): /etc/lb/check does not exist\n");
});
