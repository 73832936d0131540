import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";
import { type FigureName, figures } from "./figures.ts";
import { type Group, valuesOf } from "./results.ts";
import { spread } from "./spread.ts";

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

/** Draws the figures of a group, each by itself, as a picture in SVG. */
export async function drawChart(group: Group): Promise<string> {
  const view = new View(parse(compile(specification(group)).spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}

function specification({ measured }: Group): TopLevelSpec {
  const values = shown.flatMap((name) =>
    measured
      .filter((one) => valuesOf(one, name).length > 0)
      .map((one) => ({
        figure: `${figures[name].title} (${figures[name].better} is better)`,
        name: one.name,
        role: one.role,
        ...spread(valuesOf(one, name)),
      }))
  );
  const order = measured.map(({ name }) => name);
  const y = { field: "name", type: "nominal", sort: order, title: null } as const;
  return {
    background: "white",
    data: { values },
    facet: { field: "figure", type: "nominal", title: null, sort: null },
    columns,
    resolve: { scale: { x: "independent" } },
    spec: {
      width: 220,
      layer: [
        {
          mark: "bar",
          encoding: {
            y,
            x: { field: "median", type: "quantitative", title: null },
            color: {
              field: "role",
              type: "nominal",
              legend: null,
              scale: {
                domain: ["direct", "peer", "deno", "epoll"],
                range: ["#bbbbbb", "#7a9cc6", "#d9822b", "#b23a48"],
              },
            },
          },
        },
        {
          mark: { type: "rule", strokeWidth: 1.5 },
          encoding: {
            y,
            x: { field: "least", type: "quantitative" },
            x2: { field: "most" },
          },
        },
      ],
    },
  };
}
