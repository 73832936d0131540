import { element, setText } from "./elements.js";
import { bandwidth, count, rate } from "./figures.js";

/**
 * @typedef {import("../observer.ts").Snapshot} Snapshot
 */

/**
 * @type {readonly {
 *   readonly name: string,
 *   readonly value: (snapshot: Snapshot) => string,
 *   readonly isBad?: (snapshot: Snapshot) => boolean,
 * }[]}
 */
const totals = [
  {
    name: "Servers up",
    value: ({ backends }) => `${count(up(backends))} of ${count(backends.length)}`,
    isBad: ({ backends }) => up(backends) < backends.length,
  },
  { name: "Connections/s", value: ({ rates }) => rate(rates.connectionsPerSecond) },
  { name: "Open connections", value: ({ connections }) => count(connections.open) },
  { name: "To servers", value: ({ rates }) => bandwidth(rates.inBps) },
  { name: "From servers", value: ({ rates }) => bandwidth(rates.outBps) },
  {
    name: "Waiting clients",
    value: ({ connections }) => count(connections.waiting),
    isBad: ({ connections }) => connections.waiting > 0,
  },
  {
    name: "Turned away",
    value: ({ connections }) => count(connections.refused),
    isBad: ({ connections }) => connections.refused > 0,
  },
];

/** @param {Snapshot["backends"]} backends */
function up(backends) {
  return backends.filter(({ state }) => state === "up").length;
}

/**
 * Puts the totals in place.
 *
 * @param {HTMLElement} target A list of descriptions.
 * @returns {(snapshot: Snapshot) => void} Shows new ones.
 */
export function makeTotals(target) {
  const tiles = totals.map(({ name }) => {
    const [term, value] = [element("dt", {}, name), element("dd", {}, "–")];
    target.append(element("div", { class: "card tile" }, term, value));
    return value;
  });
  return (snapshot) => {
    totals.forEach(({ value, isBad }, index) => {
      const tile = tiles[index];
      if (tile === undefined) return;
      setText(tile, value(snapshot));
      tile.toggleAttribute("data-bad", isBad?.(snapshot) ?? false);
    });
  };
}
