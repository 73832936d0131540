import { assert, assertEquals } from "@std/assert";
import { agentMetrics } from "../agent/metrics.ts";
import { exampleProcess, exampleStatus } from "../agent/metrics_fixture.ts";
import { frontendMetrics } from "../frontend/admin/metrics.ts";
import { figuresOf } from "../frontend/admin/metrics_fixture.ts";
import { monitorFigures } from "../frontend/table/layout.ts";
import { StateTable } from "../frontend/table/state_table.ts";
import {
  alertExpressions,
  dashboardExpressions,
  type Expression,
  labelNames,
  metricNames,
} from "./monitoring_expressions.ts";

const read = (file: string) =>
  Deno.readTextFileSync(new URL(`./monitoring/${file}`, import.meta.url));
const alerts = alertExpressions(read("lb-alerts.yml"));
const panels = dashboardExpressions(read("lb-dashboard.json"));

/** Every series that the programs give has one of these names, with these labels. */
const labelsByName = new Map<string, Set<string>>();
const families = [
  ...frontendMetrics(figuresOf(tableWithEverything())),
  ...agentMetrics(exampleStatus, {
    runtime: "2.9.4",
    process: exampleProcess,
    httpRefused: new Map(),
  }),
];
for (const { metricName, sharedLabels, labels } of families.flatMap(({ values }) => values)) {
  const known = labelsByName.get(metricName) ?? new Set();
  labelsByName.set(metricName, known.union(new Set(Object.keys({ ...sharedLabels, ...labels }))));
}

/** A table in which no figure is unknown. */
function tableWithEverything(): StateTable {
  const table = StateTable.create({ capacity: 1, workers: 1 });
  table.take({ id: 1, service: "http", serviceOrdinal: 0, address: "10.0.0.11", port: 80 });
  for (const figure of monitorFigures) table.setFigure(figure, 0, 1);
  return table;
}

/** What Prometheus itself puts on every series, and gives for every target. */
const ofPrometheus = ["job", "instance"];

function unknownLabels(expression: Expression): string[] {
  const known = metricNames(expression).flatMap((name) => [...labelsByName.get(name) ?? []]);
  return labelNames(expression).filter((label) => ![...known, ...ofPrometheus].includes(label));
}

Deno.test("every rule and panel is found", () => {
  assertEquals(alerts.length, read("lb-alerts.yml").match(/- alert:/g)?.length);
  assertEquals(panels.length, read("lb-dashboard.json").match(/"(expr|definition)":/g)?.length);
  assert(alerts.length > 20 && panels.length > 40);
});

Deno.test("rules and panels ask for metrics that exist, with labels that these have", () => {
  for (const expression of [...alerts, ...panels]) {
    const { place, text } = expression;
    const names = metricNames(expression);
    assert(names.length > 0 || /^up\{job="lb-[a-z]+"\}/.test(text), `${place} asks for nothing`);
    assertEquals(names.filter((name) => !labelsByName.has(name)), [], place);
    assertEquals(unknownLabels(expression), [], `labels in ${place}`);
  }
});

Deno.test("an expression with an invented metric or label would be noticed", () => {
  const invented = { place: "", text: 'sum by (colour) (lb_backend_up{service="x"}) + lb_moon' };
  assertEquals(metricNames(invented).filter((name) => !labelsByName.has(name)), ["lb_moon"]);
  assertEquals(unknownLabels(invented), ["colour"]);
});

Deno.test("a dashboard of which every panel has its place draws none over another", () => {
  const { panels } = JSON.parse(read("lb-dashboard.json"));
  const taken = new Set<string>();
  for (const { title, gridPos: { x, y, w, h } } of panels) {
    assert(x + w <= 24, title);
    for (let column = x; column < x + w; column++) {
      for (let line = y; line < y + h; line++) {
        assert(!taken.has(`${column} ${line}`), `${title} lies over another panel`);
        taken.add(`${column} ${line}`);
      }
    }
  }
});
