import type { TopLevelSpec } from "vega-lite";
import { drawSvg } from "../draw_svg.ts";
import { type FigureName, figures } from "./figures.ts";
import { type Group, valuesOf } from "./results.ts";
import { spread } from "../spread.ts";

/** What the plot shows, in its order. */
const shown: readonly FigureName[] = [
  "keptAliveRate",
  "freshRate",
  "oneStreamRate",
  "manyStreamsRate",
  "keptAliveCpu",
  "freshCpu",
  "oneStreamCpu",
  "p99",
  "memoryEach",
];
const columns = 3;
const colours = {
  domain: ["direct", "peer", "deno", "epoll"],
  range: ["#bbbbbb", "#7a9cc6", "#d9822b", "#b23a48"],
};

/** Draws the figures of a group, each by itself, as a picture in SVG. */
export async function drawChart(group: Group): Promise<string> {
  return await drawSvg(specification(group));
}

function specification(group: Group): TopLevelSpec {
  return { background: "white", columns, concat: shown.map((name) => panel(group, name)) };
}

/** One figure of all contenders that have it. */
function panel({ measured }: Group, name: FigureName) {
  const values = measured
    .filter((one) => valuesOf(one, name).length > 0)
    .map((one) => ({ name: one.name, role: one.role, ...spread(valuesOf(one, name)) }));
  const { title, better } = figures[name];
  const y = {
    field: "name",
    type: "nominal",
    sort: measured.map(({ name }) => name),
    title: null,
  } as const;
  return {
    title: { text: title, subtitle: `${better} is better` },
    width: 200,
    data: { values },
    layer: [
      {
        mark: "bar" as const,
        encoding: {
          y,
          x: { field: "median", type: "quantitative" as const, title: null },
          color: { field: "role", type: "nominal" as const, legend: null, scale: colours },
        },
      },
      {
        mark: { type: "rule" as const, strokeWidth: 1.5 },
        encoding: {
          y,
          x: { field: "least", type: "quantitative" as const },
          x2: { field: "most" },
        },
      },
    ],
  };
}
