import uPlot from "./uplot.js";
import { element, setText } from "./elements.js";

/**
 * @typedef {import("./samples.js").Samples} Samples
 * @typedef {import("./samples.js").Column} Column
 * @typedef {{ readonly name: string, readonly colour: string, readonly label: string }} Line
 * @typedef {{ readonly time: number, readonly state: string | null }} Mark
 */

/** What a plot shows of time, at most and, while there is little to show, at least; milliseconds. */
const [longestMs, shortestMs] = [600_000, 120_000];

/** How far apart the times on an axis may be, in milliseconds. */
const wholeMinutes = [60_000, 120_000, 300_000];

/** A plot that would be empty is as high as this, so that noise does not look like much. */
const leastTop = 1;

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "short" });
const scheme = matchMedia("(prefers-color-scheme: dark)");
/** @type {Set<() => void>} */
const redraws = new Set();
/** @type {Map<string, string>} */
const colours = new Map();
scheme.addEventListener("change", () => {
  colours.clear();
  for (const redraw of redraws) redraw();
});

/**
 * A colour of the style sheet, by the name of its custom property.
 *
 * @param {string} name
 */
function colour(name) {
  const known = colours.get(name);
  if (known !== undefined) return known;
  const found = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  colours.set(name, found);
  return found;
}

/**
 * @param {Samples} samples
 * @returns {[number, number]}
 */
function timeSpan({ times }) {
  const [first, last] = [times[0] ?? 0, times.at(-1) ?? 0];
  return [last - Math.min(Math.max(last - first, shortestMs), longestMs), last];
}

/**
 * @param {Samples} samples
 * @param {Record<string, Column>} columns
 * @param {readonly { readonly name: string }[]} lines
 * @returns {uPlot.AlignedData}
 */
function plotData({ times }, columns, lines) {
  const nothing = times.map(() => null);
  return [times, ...lines.map(({ name }) => columns[name] ?? nothing)];
}

/** @param {Line} line @returns {uPlot.Series} */
function thinLine({ colour: name }) {
  return {
    stroke: () => colour(name),
    fill: () => colour(`${name}-fill`),
    width: 1.5,
    points: { show: false },
  };
}

/**
 * A plot the size of a word. What it shows stands beside it as a figure, so it is silent.
 *
 * @param {HTMLElement} target
 * @param {{ lines: readonly Line[], top: number | null, samples: Samples }} options `top` is null
 * where the plot is as high as its highest figure.
 * @returns {(columns: Record<string, Column>) => void} Draws it anew.
 */
export function makeSparkline(target, { lines, top, samples }) {
  const plot = new uPlot(
    {
      width: 88,
      height: 26,
      ms: 1,
      pxAlign: 0,
      padding: [2, 0, 1, 0],
      cursor: { show: false },
      legend: { show: false },
      axes: [{ show: false }, { show: false }],
      scales: {
        x: { time: false, range: () => timeSpan(samples) },
        y: { range: (_, __, highest) => [0, top ?? Math.max(highest * 1.1, 0.001)] },
      },
      series: [{}, ...lines.map(thinLine)],
    },
    plotData(samples, {}, lines),
    target,
  );
  redraws.add(() => plot.redraw(false));
  return (columns) => plot.setData(plotData(samples, columns, lines));
}

/**
 * @typedef {object} OverviewPlotOptions
 * @property {string} title
 * @property {readonly Line[]} lines
 * @property {(value: number | null) => string} format
 * @property {number} room For the figures on the axis, in pixels.
 * @property {Samples} samples
 * @property {readonly Mark[]} marks
 */

/**
 * A plot of figures of the front end as a whole, with the events as marks on its time axis.
 *
 * @param {HTMLElement} target
 * @param {OverviewPlotOptions} options
 * @returns {() => void} Draws it anew.
 */
export function makeOverviewPlot(target, { title, lines, format, room, samples, marks }) {
  const values = lines.map(() => element("output", { "aria-live": "off" }));
  const legend = lines.map(({ label, colour: name }, index) =>
    element("span", { class: "line", "data-colour": name }, label, " ", values[index] ?? "")
  );
  const readout = element("span", { class: "readout" }, ...legend);
  const heading = element("figcaption", {}, element("h2", {}, title), readout);
  const area = element("div", { class: "plot", role: "img" });
  target.append(heading, area);

  /** @param {number | null | undefined} index Of the sample under the pointer. */
  function showValues(index) {
    lines.forEach(({ name }, line) => {
      const column = samples.overview[name] ?? [];
      const value = values[line];
      if (value !== undefined) setText(value, format(column[index ?? column.length - 1] ?? null));
    });
  }

  const plot = new uPlot(
    {
      width: area.clientWidth || 480,
      height: 168,
      ms: 1,
      padding: [8, 8, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "overview" }, drag: { x: false, y: false }, points: { size: 6 } },
      scales: {
        x: { time: true, range: () => timeSpan(samples) },
        y: { range: (_, __, highest) => [0, Math.max(highest * 1.15, leastTop)] },
      },
      axes: [
        { ...axis({ size: 28, space: 70, format: clock.format }), incrs: wholeMinutes },
        axis({ size: room, space: 36, format }),
      ],
      series: [{}, ...lines.map(thinLine)],
      hooks: {
        setCursor: [({ cursor }) => showValues(cursor.idx)],
        drawClear: [(plot) => drawMarks(plot, marks)],
      },
    },
    plotData(samples, samples.overview, lines),
    area,
  );
  new ResizeObserver(() => plot.setSize({ width: area.clientWidth, height: 168 })).observe(area);
  redraws.add(() => plot.redraw(false));

  return () => {
    plot.setData(plotData(samples, samples.overview, lines));
    showValues(plot.cursor.idx);
    area.setAttribute("aria-label", describe({ title, lines, format, samples }));
  };
}

/**
 * @param {{ size: number, space: number, format: (value: number) => string }} options
 * @returns {uPlot.Axis}
 */
function axis({ size, space, format }) {
  return {
    stroke: () => colour("muted"),
    font: "12px system-ui, sans-serif",
    space,
    grid: { stroke: () => colour("line"), width: 1 },
    ticks: { show: false },
    size,
    values: (_, ticks) => ticks.map((tick) => format(tick)),
  };
}

/**
 * @param {uPlot} plot
 * @param {readonly Mark[]} marks
 */
function drawMarks(plot, marks) {
  const { ctx, bbox: { left, top, width, height } } = plot;
  ctx.save();
  ctx.lineWidth = devicePixelRatio;
  ctx.globalAlpha = 0.6;
  ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
  for (const { time, state } of marks) {
    // What is only on its way to be used is no news.
    if (state === null || state === "joining") continue;
    const x = Math.round(plot.valToPos(time, "x", true));
    if (x < left || x > left + width) continue;
    ctx.strokeStyle = colour(`state-${state}`);
    ctx.beginPath();
    ctx.moveTo(x, top);
    ctx.lineTo(x, top + height);
    ctx.stroke();
  }
  ctx.restore();
}

/** @param {Omit<OverviewPlotOptions, "marks" | "room">} options */
function describe({ title, lines, format, samples }) {
  const parts = lines.map(({ name, label }) => {
    const known = (samples.overview[name] ?? []).filter((value) => value !== null);
    const [latest, highest] = [known.at(-1) ?? null, known.length ? Math.max(...known) : null];
    return `${label} now ${format(latest)}, at most ${format(highest)}`;
  });
  return `${title} over the last ten minutes: ${parts.join("; ")}`;
}
