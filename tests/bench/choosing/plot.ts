import * as echarts from "echarts";
import { type Findings, type ScenarioFindings, spreadOf } from "./findings.ts";

const width = 960;
const panelColumns = 2;
const labelWidth = 170;
const rowHeight = 20;
const headHeight = 46;
const footHeight = 34;
const ownColour = "#c2410c";
const peerColour = "#475569";

/** Where a scenario's panel stands, in pixels. */
interface Panel {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

function colourOf({ contestant }: Findings): string {
  return contestant.isPeer ? peerColour : ownColour;
}

function layOut(all: readonly ScenarioFindings[]): { panels: Panel[]; height: number } {
  const panels: Panel[] = [];
  let top = 0;
  for (let first = 0; first < all.length; first += panelColumns) {
    const row = all.slice(first, first + panelColumns);
    const rows = Math.max(...row.map(({ findings }) => findings.length));
    row.forEach((_, column) =>
      panels.push({
        left: column * width / panelColumns + labelWidth,
        top: top + headHeight,
        width: width / panelColumns - labelWidth - 20,
        height: rows * rowHeight,
      })
    );
    top += headHeight + rows * rowHeight + footHeight;
  }
  return { panels, height: top };
}

/** The median p50 and p99 as points, and a line over the spread of p99. */
function marks(findings: readonly Findings[], panel: number): echarts.SeriesOption[] {
  const axes = { xAxisIndex: panel, yAxisIndex: panel };
  const points = (figure: "p50" | "p99") =>
    findings.map((one) => ({
      value: [spreadOf(one, figure).median, one.contestant.name],
      itemStyle: { color: colourOf(one) },
    }));
  const lines = findings.map((one): echarts.SeriesOption => {
    const { least, most } = spreadOf(one, "p99");
    const { name } = one.contestant;
    return {
      ...axes,
      type: "line",
      data: [[least, name], [most, name]],
      symbol: "none",
      lineStyle: { color: colourOf(one), width: 2 },
    };
  });
  return [
    ...lines,
    { ...axes, type: "scatter", data: points("p50"), symbol: "emptyCircle", symbolSize: 6 },
    { ...axes, type: "scatter", data: points("p99"), symbol: "circle", symbolSize: 8 },
  ];
}

/** Draws, for each scenario, how long requests took through each load balancer, as SVG. */
export function plot(all: readonly ScenarioFindings[]): string {
  const { panels, height } = layOut(all);
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width, height });
  const slowest = all.flatMap(({ findings }) => findings.map((one) => spreadOf(one, "p99").most));
  chart.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    title: all.map(({ scenario }, index) => ({
      text: scenario.title,
      left: (panels[index]?.left ?? 0) - labelWidth + 20,
      top: (panels[index]?.top ?? 0) - 30,
      textStyle: { fontSize: 13 },
    })),
    grid: panels,
    xAxis: all.map((_, gridIndex) => ({
      type: "log",
      gridIndex,
      min: 1,
      max: 10 ** Math.ceil(Math.log10(Math.max(...slowest))),
      axisLabel: { formatter: "{value} ms" },
    })),
    yAxis: all.map(({ findings }, gridIndex) => ({
      type: "category",
      gridIndex,
      inverse: true,
      data: findings.map(({ contestant }) => contestant.name),
      axisTick: { show: false },
    })),
    series: all.flatMap(({ findings }, index) => marks(findings, index)),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return svg;
}
