import { assert, assertEquals } from "@std/assert";
import { exposition } from "../lib/metrics/exposition.ts";
import { readExposition } from "../lib/metrics/exposition_fixture.ts";
import { refusalReasons } from "../lib/protocol/refusal.ts";
import { agentMetrics } from "./metrics.ts";
import { exampleProcess, exampleStatus } from "./metrics_fixture.ts";

const own = { runtime: "2.9.4", process: exampleProcess, httpRefused: new Map() };

async function series() {
  return readExposition(await exposition(agentMetrics(exampleStatus, own)));
}

Deno.test("an agent tells what it answered, and what it refused under every reason", async () => {
  const told = await series();
  assertEquals(told.get("lb_agent_probes_answered_total"), 41);
  assertEquals(told.get("lb_agent_probes_left_out_total"), 1);
  assertEquals(told.get("lb_agent_datagrams_dropped_total"), 5);
  assertEquals(told.get("lb_agent_datagrams_filtered_total"), 11);
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
