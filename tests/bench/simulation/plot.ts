import type { TopLevelSpec } from "vega-lite";
import { drawSvg } from "../draw_svg.ts";
import type { Comparison } from "./comparison.ts";

const percentiles = { p50: "50%", p99: "99%", p999: "99.9%" } as const;

/** A point of the plot. */
interface Point {
  readonly contestant: string;
  readonly percentile: string;
  readonly ms: number;
}

function pointsOf({ scores }: Comparison): Point[] {
  return scores.flatMap((score) =>
    (["p50", "p99", "p999"] as const).map((name) => ({
      contestant: score.contestant,
      percentile: percentiles[name],
      ms: score[name],
    }))
  );
}

/** The plot of a scenario as Vega-Lite describes it. */
function specification(comparison: Comparison): TopLevelSpec {
  const { scenario, scores } = comparison;
  const y = {
    field: "contestant",
    type: "nominal",
    sort: scores.map(({ contestant }) => contestant),
    title: null,
    axis: { labelLimit: 300 },
  } as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: { text: scenario.name, anchor: "start" },
    width: 480,
    height: { step: 20 },
    background: "white",
    data: { values: pointsOf(comparison) },
    encoding: { y },
    layer: [
      {
        mark: { type: "rule", color: "#bbb" },
        encoding: {
          x: { aggregate: "min", field: "ms", type: "quantitative" },
          x2: { aggregate: "max", field: "ms" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 70, opacity: 1 },
        encoding: {
          x: {
            field: "ms",
            type: "quantitative",
            scale: { type: "log", nice: false },
            title: "an answer took, in ms",
          },
          color: {
            field: "percentile",
            type: "nominal",
            sort: Object.values(percentiles),
            scale: { range: ["#6baed6", "#e6550d", "#756bb1"] },
            title: "percentile",
          },
          shape: { field: "percentile", type: "nominal", sort: Object.values(percentiles) },
        },
      },
    ],
  };
}

/** Draws a comparison as an SVG image. */
export async function plot(comparison: Comparison): Promise<string> {
  return await drawSvg(specification(comparison));
}
