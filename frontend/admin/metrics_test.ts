import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import {
  assertHistogramsRise,
  familiesIn,
  labelsOf,
  readExposition,
} from "../../lib/metrics/exposition_fixture.ts";
import { refusalReasons } from "../../lib/protocol/refusal.ts";
import { cutCauses } from "../table/cuts.ts";
import { StateTable } from "../table/state_table.ts";
import { figuresOf } from "./metrics_fixture.ts";
import { renderMetrics } from "./metrics.ts";

const web = { id: 0x9f2c61d0, service: "http", serviceOrdinal: 0, address: "10.0.0.11", port: 80 };
const own = 'service="http",backend="9f2c61d0"';

/** A table with one backend and two workers, of which nothing is known yet. */
function tableWithOne(changes: Partial<typeof web> = {}): StateTable {
  const table = StateTable.create({ capacity: 4, workers: 2 });
  table.take({ ...web, ...changes });
  return table;
}

async function seriesOf(table: StateTable) {
  return readExposition(await renderMetrics(figuresOf(table)));
}

Deno.test("a figure that is not known is absent, and one that is 0 is there", async () => {
  const table = tableWithOne();
  table.setFigure("ram", 0, 0);
  const series = await seriesOf(table);
  assertEquals(series.get(`lb_backend_memory_ratio{${own}}`), 0);
  for (const name of ["cpu_ratio", "rtt_seconds", "share_ratio", "report_age_seconds"]) {
    assert(!series.has(`lb_backend_${name}{${own}}`), name);
  }
  assert(!series.has("lb_process_cpu_seconds_total"));
  assertEquals(series.get("lb_process_max_fds"), Infinity);
});

Deno.test("times are in seconds, fractions from 0 to 1", async () => {
  const table = tableWithOne();
  table.setFigure("rttMs", 0, 0.4);
  table.setFigure("cpu", 0, 0.25);
  table.setFigure("reportedAt", 0, 9_000);
  table.setWorkerFigure("aliveAt", 1, 7_500);
  const series = await seriesOf(table);
  assertEquals(series.get(`lb_backend_rtt_seconds{${own}}`), 0.0004);
  assertEquals(series.get(`lb_backend_cpu_ratio{${own}}`), 0.25);
  assertEquals(series.get(`lb_backend_report_age_seconds{${own}}`), 1);
  assertEquals(series.get('lb_worker_alive_age_seconds{worker="1"}'), 2.5);
  assertEquals(series.get('lb_event_loop_delay_seconds_sum{thread="main"}'), 1.234);
});

Deno.test("a backend is in exactly one state, and its place is in its labels", async () => {
  const table = tableWithOne();
  table.setText("agentVersion", 0, "1.0.0");
  table.setState(0, "draining", { since: 0, reason: "", lastResort: false });
  const series = await seriesOf(table);
  const states = ["joining", "up", "draining", "ejected", "down"].map((state) =>
    series.get(`lb_backend_state{state="${state}",${own}}`)
  );
  assertEquals(states, [0, 0, 1, 0, 0]);
  assertEquals(series.get(`lb_backend_up{${own}}`), 0);
  assertEquals(series.get('lb_backends{state="draining"}'), 1);
  assertEquals(series.get('lb_backends{state="up"}'), 0);
  const place = 'address="10.0.0.11",port="80",agent_version="1.0.0"';
  assertEquals(series.get(`lb_backend_info{${place},${own}}`), 1);
});

Deno.test("every reason is there from the start, at 0 where it never was", async () => {
  const table = tableWithOne();
  table.addRelayFigure("failedTimeout", 0, 1, 3);
  const series = await seriesOf(table);
  for (const reason of refusalReasons) {
    const count = series.get(`lb_monitor_datagrams_refused_total{reason="${reason}"}`);
    assertEquals(count, reason === "unknown-key" ? 5 : 0);
  }
  table.addWorkerFigure("cutIdle", 1, 2);
  const cut = await seriesOf(table);
  for (const cause of cutCauses) {
    assertEquals(cut.get(`lb_connections_cut_total{cause="${cause}"}`), cause === "idle" ? 2 : 0);
  }
  for (const reason of ["refused", "unreachable", "timeout", "reset", "local", "other"]) {
    const count = series.get(`lb_backend_connection_failures_total{reason="${reason}",${own}}`);
    assertEquals(count, reason === "timeout" ? 3 : 0);
  }
});

Deno.test("the workers' counters are added up, and their histograms", async () => {
  const table = tableWithOne();
  for (const worker of [0, 1]) {
    table.addRelayFigure("bytesOut", 0, worker, 500);
    table.addWorkerFigure("accepted", worker, 2);
    for (const ms of [0.2, 30, 5_000]) table.noteRelay("connect", 0, worker, ms);
  }
  const series = await seriesOf(table);
  assertEquals(series.get(`lb_backend_out_bytes_total{${own}}`), 1_000);
  assertEquals(series.get("lb_connections_accepted_total"), 4);
  assertEquals(series.get(`lb_backend_connect_seconds_bucket{le="0.0005",${own}}`), 2);
  assertEquals(series.get(`lb_backend_connect_seconds_bucket{le="0.05",${own}}`), 4);
  assertEquals(series.get(`lb_backend_connect_seconds_bucket{le="+Inf",${own}}`), 6);
  assertEquals(series.get(`lb_backend_connect_seconds_sum{${own}}`), 10.0604);
  assertEquals(series.get('lb_worker_restarts_total{worker="1"}'), 2);
  assertHistogramsRise(series);
});

Deno.test("what the kernel refused, and what is passed on, is told", async () => {
  const series = await seriesOf(tableWithOne());
  assertEquals(series.get("lb_monitor_datagrams_filtered_total"), 17);
  assertEquals(series.get("lb_monitor_addresses_shared"), 1);
  const passed = ["probe", "report", "left-out"].map((kind) =>
    series.get(`lb_monitor_passed_on_total{kind="${kind}"}`)
  );
  assertEquals(passed, [4, 3, 2]);
});

Deno.test("whatever a service calls itself stays within its label", async () => {
  const hostile = fc.constantFrom('"', "\\", "\n", "}", "{", "<script>", "# TYPE ", 'a="', " 1\n");
  await fc.assert(
    fc.asyncProperty(
      fc.array(hostile, { maxLength: 3 }).map((parts) => parts.join("")),
      async (name) => {
        const service = name.slice(0, 15);
        const series = await seriesOf(tableWithOne({ service }));
        const up = [...series.keys()].filter((one) => one.startsWith("lb_backend_up"));
        assertEquals(up.map(labelsOf), [{ service, backend: "9f2c61d0" }]);
      },
    ),
    { numRuns: 50 },
  );
});

Deno.test("everything has a help line, a type line and a name of ours", async () => {
  const text = await renderMetrics(figuresOf(tableWithOne()));
  const families = familiesIn(text);
  assertEquals(new Set(families).size, families.length);
  for (const family of families) {
    assert(family.startsWith("lb_"), family);
    assert(text.includes(`# HELP ${family} `), family);
  }
});

Deno.test("without any backend there are still counts of them", async () => {
  const series = await seriesOf(StateTable.create({ capacity: 1, workers: 1 }));
  assertEquals(series.get('lb_backends{state="up"}'), 0);
  assertEquals(series.get("lb_connections_open"), 0);
});
