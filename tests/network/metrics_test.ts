import { assert, assertEquals } from "@std/assert";
import {
  assertHistogramsRise,
  labelsOf,
  readExposition,
  type Series,
} from "../../lib/metrics/exposition_fixture.ts";
import { VERSION } from "../../lib/protocol/envelope.ts";
import { promtool } from "../promtool.ts";
import { waitFor } from "../wait_for.ts";
import type { Backend, Cluster } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";

const fetches = 20;
const agentPort = 8405;

/** Like a report but for its key, as printf(1) takes it: the kernel lets some of these through. */
const strangersReport = `LBAL\\00${VERSION}\\002${"x".repeat(200)}`;

/** A family's series of one backend, or of all, added up. */
function sum(series: Series, family: string, backend?: string): number {
  let total = 0;
  for (const [name, value] of series) {
    const isOwn = backend === undefined || labelsOf(name)["backend"] === backend;
    if (name.split("{")[0] === family && isOwn) total += value;
  }
  return total;
}

async function frontendMetrics(cluster: Cluster): Promise<Series> {
  return readExposition(await cluster.get("/metrics"));
}

async function agentMetrics({ host }: Backend): Promise<string> {
  const url = `http://${host.address}:${agentPort}/metrics`;
  return await host.run("curl", "-sSf", "--max-time", "3", url);
}

testCluster("metrics", { backends: [] }, async (cluster, step) => {
  for (const name of ["one", "two"]) {
    await cluster.addBackend(name, { LB_METRICS: `0.0.0.0:${agentPort}` });
  }

  await step("count exactly what was relayed", async () => {
    await cluster.waitUntilUp();
    const before = await frontendMetrics(cluster);
    let bytes = 0;
    for (let turn = 0; turn < fetches; turn++) {
      bytes += (await cluster.fetchThroughFrontend("name.txt")).length;
    }
    const series = await waitFor("the connections to end", async () => {
      const series = await frontendMetrics(cluster);
      return sum(series, "lb_backend_connections_open") === 0 ? series : null;
    }, { withinMs: 5_000 });
    const grown = (family: string) => sum(series, family) - sum(before, family);
    assertEquals(grown("lb_connections_accepted_total"), fetches);
    assertEquals(grown("lb_worker_connections_accepted_total"), fetches);
    assertEquals(grown("lb_backend_connections_total"), fetches);
    for (const what of ["connect", "first_byte", "connection_duration"]) {
      assertEquals(grown(`lb_backend_${what}_seconds_count`), fetches, what);
    }
    // nginx puts a head of some 250 bytes before each file.
    const head = (grown("lb_backend_out_bytes_total") - bytes) / fetches;
    assert(head > 100 && head < 600, `the heads have ${head} bytes`);
    assert(grown("lb_backend_in_bytes_total") > fetches * 50);
    assertHistogramsRise(series);
  });

  await step("agree with the state table", async () => {
    const series = await frontendMetrics(cluster);
    for (const row of await cluster.rows()) {
      assertEquals(sum(series, "lb_backend_up", row.id), 1);
      assertEquals(sum(series, "lb_backend_connections_total", row.id), row.totalConnections);
      assertEquals(sum(series, "lb_backend_cpu_cores", row.id), row.cores);
      const rtt = sum(series, "lb_backend_rtt_seconds", row.id);
      assert(rtt > 0 && rtt < 0.05, `rtt is ${rtt}`);
    }
    assertEquals(series.get("lb_monitor_agents"), 2);
    const answers = series.get('lb_monitor_reports_total{kind="answer"}') ?? 0;
    const sent = series.get("lb_monitor_probes_sent_total") ?? 0;
    assert(answers >= 4 && answers <= 2 * sent, `${answers} answers to ${sent} probes`);
  });

  await step("time the main thread and every relay worker", async () => {
    const series = await frontendMetrics(cluster);
    const threads = [...series].filter(([name]) =>
      name.startsWith("lb_event_loop_delay_seconds_count")
    );
    assertEquals(threads.length, 1 + navigator.hardwareConcurrency);
    for (const [name, count] of threads) assert(count > 0, `${name} is ${count}`);
    for (let worker = 0; worker < navigator.hardwareConcurrency; worker++) {
      const age = series.get(`lb_worker_alive_age_seconds{worker="${worker}"}`) ?? Infinity;
      assert(age < 5, `worker ${worker} was last alive ${age} s ago`);
    }
  });

  await step("tell why servers were not reached, and count refused datagrams", async () => {
    await cluster.backend("one").webServer.end("SIGTERM");
    for (let turn = 0; turn < fetches; turn++) await cluster.fetchThroughFrontend("name.txt");
    const { address } = cluster.frontendHost;
    for (const datagram of ["hello", strangersReport]) {
      const send = `printf '${datagram}' > /dev/udp/${address}/8888`;
      await cluster.client.run("bash", "-c", send);
    }
    const row = await cluster.waitForState("one", ["down"], 10_000);
    const series = await frontendMetrics(cluster);
    const reasons = ["timeout", "reset", "unreachable", "local", "other"];
    const failures = (reason: string) =>
      [...series].find(([name]) =>
        name.startsWith("lb_backend_connection_failures_total") && name.includes(row.id) &&
        name.includes(`reason="${reason}"`)
      )?.[1];
    assertEquals(reasons.map(failures), [0, 0, 0, 0, 0]);
    assertEquals(failures("refused"), row.failedConnections);
    assertEquals(series.get('lb_backends{state="down"}'), 1);
    assertEquals(series.get('lb_monitor_datagrams_refused_total{reason="unknown-key"}'), 1);
    assertEquals(series.get("lb_monitor_datagrams_filtered_total"), 1, "the kernel's part");
  });

  await step("of an agent tell its service and the probes that it answered", async () => {
    const series = await waitFor("the agent to have answered some probes", async () => {
      const series = readExposition(await agentMetrics(cluster.backend("one")));
      return (series.get("lb_agent_probes_answered_total") ?? 0) > 3 ? series : null;
    }, { withinMs: 10_000 });
    assertEquals(sum(series, "lb_agent_service_listening"), 0);
    assertEquals(series.get("lb_agent_frontends"), 1);
    assertEquals(sum(series, "lb_agent_datagrams_refused_total"), 0);
  });

  await step("pass promtool's check, those of the front end and those of an agent", async () => {
    await promtool(["check", "metrics"], await cluster.get("/metrics"));
    await promtool(["check", "metrics"], await agentMetrics(cluster.backend("two")));
  });
});
