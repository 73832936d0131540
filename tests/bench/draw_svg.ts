import { parse, View } from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Draws a plot that Vega-Lite describes, as a picture in SVG. */
export async function drawSvg(
  specification: TopLevelSpec,
  options?: Parameters<typeof compile>[1],
): Promise<string> {
  const { spec } = compile(specification, options);
  const view = new View(parse(spec), { renderer: "none" });
  try {
    return await view.toSVG();
  } finally {
    view.finalize();
  }
}
