import * as vega from "vega";
import type { TopLevelSpec } from "vega-lite";
import { drawSvg } from "../draw_svg.ts";
import { type ScenarioFindings, spreadOf } from "./findings.ts";

const ownColour = "#e6550d";
const peerColour = "#4a5568";

/** What is drawn of one load balancer in one scenario. */
interface Row {
  readonly scenario: string;
  readonly contestant: string;
  readonly by: "lb" | "peer";
  readonly p50: number;
  readonly p99: number;
  readonly least: number;
  readonly most: number;
}

function rows({ scenario, findings }: ScenarioFindings): Row[] {
  return findings.map((one) => {
    const { median: p99, least, most } = spreadOf(one, "p99");
    return {
      scenario: scenario.title,
      contestant: one.contestant.name,
      by: one.contestant.isPeer ? "peer" : "lb",
      p50: spreadOf(one, "p50").median,
      p99,
      least,
      most,
    };
  });
}

/** The plot as Vega-Lite describes it: a panel for each scenario, a row for each load balancer. */
function specification(all: readonly ScenarioFindings[]): TopLevelSpec {
  const values = all.flatMap(rows);
  const order = [...new Set(values.map(({ contestant }) => contestant))];
  const x = (field: keyof Row) => ({ field, type: "quantitative", title: null }) as const;
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: "p50 (ring) and p99 (dot), medians; the line is from the least to the most p99, in ms",
    background: "white",
    data: { values },
    facet: {
      field: "scenario",
      type: "nominal",
      sort: all.map(({ scenario }) => scenario.title),
      title: null,
      header: { labelFontWeight: "bold", labelAnchor: "start", labelLimit: 400 },
    },
    columns: 2,
    resolve: { scale: { y: "independent" }, axis: { x: "independent" } },
    spec: {
      width: 300,
      height: { step: 20 },
      encoding: {
        y: {
          field: "contestant",
          type: "nominal",
          sort: order,
          title: null,
          axis: { labelLimit: 300 },
        },
        color: {
          field: "by",
          type: "nominal",
          scale: { domain: ["lb", "peer"], range: [ownColour, peerColour] },
          legend: null,
        },
      },
      layer: [
        {
          mark: { type: "rule", strokeWidth: 2 },
          encoding: { x: { ...x("least"), scale: { type: "log" } }, x2: { field: "most" } },
        },
        { mark: { type: "point", size: 40 }, encoding: { x: x("p50") } },
        { mark: { type: "point", filled: true, size: 70, opacity: 1 }, encoding: { x: x("p99") } },
      ],
    },
  };
}

/** Draws, for each scenario, how long requests took through each load balancer, as SVG. */
export async function plot(all: readonly ScenarioFindings[]): Promise<string> {
  // What a broken server answers is no measure of who chooses well.
  const sound = all.filter(({ scenario }) => scenario.breaks === undefined);
  // That panels of their own scale look alike is on purpose, and no matter for a warning.
  return await drawSvg(specification(sound), { logger: vega.logger(vega.Error) });
}
