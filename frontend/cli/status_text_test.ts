import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FrontendStatus } from "../status.ts";
import type { BackendStatus } from "../table/backend_status.ts";
import { backendTable, statusText } from "./status_text.ts";

const backend: BackendStatus = {
  id: "9f2c61d0",
  service: "http",
  address: "10.0.0.11",
  port: 80,
  state: "up",
  reason: "answering",
  cpu: 0.374,
  cores: 4,
  ram: 0.52,
  ramBytes: 8_360_000_000,
  rttMs: 0.411,
  acceptQueue: 0,
  linkBps: 125_000_000,
  bandwidth: { inBps: 120_400, outBps: 9_811_200 },
  activeConnections: 12,
  totalConnections: 48_211,
  failedConnections: 0,
  share: 0.34,
  ageMs: 412,
  agentVersion: "0.1.0",
};

const status: FrontendStatus = {
  version: "0.1.0",
  pid: 4711,
  uptimeSeconds: 12,
  authenticated: true,
  policy: "adaptive",
  engines: ["deno", "deno"],
  affinity: "none",
  listen: [{ service: null, address: null, port: 80 }],
  interfaces: [{ name: "eth0", address: "10.0.0.1" }],
  connections: { open: 12, accepted: 48_211, waiting: 0, refused: 3 },
  refusals: [],
  backends: [backend],
};

Deno.test("a backend is one line of aligned columns with units", () => {
  const [head = "", line = "", ...more] = backendTable([backend]).split("\n");
  assertEquals(more, []);
  assertEquals(line.split(/ {2,}/), [
    "9f2c61d0",
    "10.0.0.11:80",
    "http",
    "up",
    "37%",
    "52%",
    "0.41 ms",
    "120.4 kB/s",
    "9.8 MB/s",
    "12",
    "34%",
    "0.4 s",
    "answering",
  ]);
  assertEquals(head.indexOf("SERVER"), line.indexOf("10.0.0.11"));
  assertEquals(head.indexOf("REASON"), line.indexOf("answering"));
});

Deno.test("what is unknown is a dash, not 0", () => {
  const blank = { ...backend, cpu: null, rttMs: null, share: null, service: "" };
  const line = backendTable([{ ...blank, bandwidth: { inBps: null, outBps: null } }]);
  assertEquals(line.match(/–/g)?.length, 6);
});

Deno.test("an IPv6 server is written with brackets", () => {
  assertStringIncludes(backendTable([{ ...backend, address: "2001:db8::1" }]), "[2001:db8::1]:80");
});

Deno.test("an empty table says so", () => {
  assertEquals(backendTable([]), "No backend has been found yet.");
});

Deno.test("missing authentication, missing interfaces and refusals are said", () => {
  const text = statusText({
    ...status,
    authenticated: false,
    interfaces: [],
    refusals: [{ reason: "unknown-key", count: 7, lastFrom: "10.0.0.13" }],
  });
  assertStringIncludes(text, "LB_KEY is not set");
  assertStringIncludes(text, "No usable network interface");
  assertStringIncludes(text, "(unknown-key): 7, the last one from 10.0.0.13");
  assert(!statusText(status).includes("LB_KEY"));
});

Deno.test("an engine that is not the default is named", () => {
  assertEquals(statusText(status).includes("engine"), false);
  assertStringIncludes(
    statusText({ ...status, engines: ["epoll", "deno"] }),
    "engine epoll and deno",
  );
});
