/**
 * The files of the dashboard, as texts: part of the program, so that it needs none beside it and
 * nothing from the network.
 *
 * @module
 */
import uplotCss from "uplot/dist/uPlot.min.css" with { type: "text" };
import uplotScript from "uplot/dist/uPlot.iife.min.js" with { type: "text" };
import announcer from "./dashboard/announcer.js" with { type: "text" };
import css from "./dashboard/dashboard.css" with { type: "text" };
import dashboard from "./dashboard/dashboard.js" with { type: "text" };
import elements from "./dashboard/elements.js" with { type: "text" };
import feed from "./dashboard/feed.js" with { type: "text" };
import figures from "./dashboard/figures.js" with { type: "text" };
import html from "./dashboard/index.html" with { type: "text" };
import icon from "./dashboard/icon.svg" with { type: "text" };
import notices from "./dashboard/notices.js" with { type: "text" };
import plots from "./dashboard/plots.js" with { type: "text" };
import samples from "./dashboard/samples.js" with { type: "text" };
import serverOrder from "./dashboard/server_order.js" with { type: "text" };
import serverTable from "./dashboard/server_table.js" with { type: "text" };
import timeLine from "./dashboard/time_line.js" with { type: "text" };
import totals from "./dashboard/totals.js" with { type: "text" };

/** A file of the page, ready to be sent. */
export interface PageFile {
  readonly type: string;
  readonly body: string;
}

const script = (body: string): PageFile => ({ type: "text/javascript; charset=utf-8", body });
const style = (body: string): PageFile => ({ type: "text/css; charset=utf-8", body });

/** Every file of the dashboard by its path. */
export const dashboardFiles: ReadonlyMap<string, PageFile> = new Map([
  ["/", { type: "text/html; charset=utf-8", body: html }],
  ["/icon.svg", { type: "image/svg+xml", body: icon }],
  ["/uplot.css", style(uplotCss)],
  ["/dashboard.css", style(css)],
  // Its small build is a plain script: one more line makes it the module that `uplot.js` stands for.
  ["/uplot.js", script(`${uplotScript}\nexport default uPlot;\n`)],
  ["/announcer.js", script(announcer)],
  ["/dashboard.js", script(dashboard)],
  ["/elements.js", script(elements)],
  ["/feed.js", script(feed)],
  ["/figures.js", script(figures)],
  ["/notices.js", script(notices)],
  ["/plots.js", script(plots)],
  ["/samples.js", script(samples)],
  ["/server_order.js", script(serverOrder)],
  ["/server_table.js", script(serverTable)],
  ["/time_line.js", script(timeLine)],
  ["/totals.js", script(totals)],
]);
