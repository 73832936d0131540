/**
 * Figures as people read them. What is not known is a dash, never 0.
 *
 * @module
 */

export const unknown = "–";

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
/** Three digits are enough, and of what is tiny two decimals. */
const precise = new Intl.NumberFormat("en", {
  maximumFractionDigits: 2,
  maximumSignificantDigits: 3,
  roundingPriority: "lessPrecision",
});
const tenths = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const units = ["B", "kB", "MB", "GB", "TB", "PB"];

/** @param {number | null} part Of 1. */
export function percent(part) {
  return part === null ? unknown : `${whole.format(part * 100)}%`;
}

/** @param {number | null} value */
export function count(value) {
  return value === null ? unknown : whole.format(value);
}

/** @param {number | null} value */
export function rate(value) {
  return value === null ? unknown : value < 10 ? tenths.format(value) : whole.format(value);
}

/** @param {number | null} ms */
export function milliseconds(ms) {
  return ms === null ? unknown : `${precise.format(ms)} ms`;
}

/** @param {number | null} value Bytes per second. */
export function bandwidth(value) {
  if (value === null) return unknown;
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${precise.format(value / 1000 ** power)} ${units[power]}/s`;
}

/** @param {number | null} ms */
export function age(ms) {
  return ms === null ? unknown : ms < 60_000 ? `${(ms / 1000).toFixed(1)} s` : duration(ms / 1000);
}

/** @param {number} seconds */
export function duration(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return `${Math.floor(seconds)} s`;
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} days`;
}

/** @param {{ readonly address: string, readonly port: number }} backend */
export function place({ address, port }) {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
