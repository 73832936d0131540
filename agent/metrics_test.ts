import { assert, assertEquals } from "@std/assert";
import { exposition } from "../lib/metrics/exposition.ts";
import { readExposition } from "../lib/metrics/exposition_fixture.ts";
import { refusalReasons } from "../lib/protocol/refusal.ts";
import { agentMetrics } from "./metrics.ts";
import type { AgentStatus } from "./status.ts";

const status: AgentStatus = {
  id: "0123456789abcdef",
  version: "1.2.3",
  uptimeSeconds: 7,
  group: "239.8.8.8",
  port: 8888,
  authenticated: true,
  advertise: null,
  draining: true,
  leaving: false,
  services: [
    { name: 'we"b', port: 80, listening: false, acceptQueue: 3, backend: "9f2c61d0" },
    { name: "", port: 81, listening: null, acceptQueue: null, backend: "9f2c61d1" },
  ],
  cpu: { busy: 0.5, cores: 2, source: "machine" },
  ram: null,
  pressure: null,
  establishedTcp: 12,
  interfaces: [{ name: "eth0", address: "10.0.0.11" }],
  monitors: [
    { address: "10.0.0.1", port: 8888, lastProbeMs: 10, live: true, key: "current" },
    { address: "10.0.0.2", port: 8888, lastProbeMs: 90_000, live: false, key: "current" },
  ],
  answered: 41,
  refusals: [{ reason: "forged", count: 2, lastFrom: "10.0.0.9:8888" }],
  overloaded: 1,
};
const process = {
  startedAt: 1,
  cpuSeconds: 2,
  threads: 3,
  residentBytes: 4,
  virtualBytes: 5,
  openFiles: 6,
  fileLimit: 7,
};

async function series() {
  return readExposition(await exposition(agentMetrics(status, { runtime: "2.9.4", process })));
}

Deno.test("an agent tells what it answered, and what it refused under every reason", async () => {
  const told = await series();
  assertEquals(told.get("lb_agent_probes_answered_total"), 41);
  assertEquals(told.get("lb_agent_probes_left_out_total"), 1);
  assertEquals(told.get("lb_agent_frontends"), 1);
  for (const reason of refusalReasons) {
    const count = told.get(`lb_agent_datagrams_refused_total{reason="${reason}"}`);
    assertEquals(count, reason === "forged" ? 2 : 0);
  }
});

Deno.test("it tells its load and services, and nothing that it does not know", async () => {
  const told = await series();
  assertEquals(told.get("lb_agent_cpu_ratio"), 0.5);
  const web = 'service="we\\"b",backend="9f2c61d0",port="80"';
  assertEquals(told.get(`lb_agent_service_listening{${web}}`), 0);
  assertEquals(told.get(`lb_agent_service_accept_queue_connections{${web}}`), 3);
  const unknown = ["lb_agent_memory_ratio", "lb_agent_pressure_ratio", 'port="81"'];
  for (const part of unknown) {
    assert(![...told.keys()].some((name) => name.includes(part)), part);
  }
});
