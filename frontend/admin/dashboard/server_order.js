/**
 * @typedef {import("../../table/backend_status.ts").BackendStatus} BackendStatus
 * @typedef {{ readonly by: string, readonly descending: boolean }} Order
 */

/** What a column is sorted by; an empty name is the front end's own order. */
/** @type {Readonly<Record<string, (backend: BackendStatus) => number | string | null>>} */
const keys = {
  server: ({ address, port }) => `${address}:${port}`,
  state: ({ state }) => state,
  cpu: ({ cpu }) => cpu,
  ram: ({ ram }) => ram,
  rtt: ({ rttMs }) => rttMs,
  bandwidth: ({ bandwidth: { inBps, outBps } }) =>
    inBps === null && outBps === null ? null : (inBps ?? 0) + (outBps ?? 0),
  connections: ({ activeConnections }) => activeConnections,
  share: ({ share }) => share,
  age: ({ ageMs }) => ageMs,
};

const texts = new Intl.Collator("en", { numeric: true });

/**
 * The servers that are to be shown, in the order in which they are to be shown.
 *
 * @param {readonly BackendStatus[]} backends
 * @param {{ order: Order, filter: string }} wish
 * @returns {BackendStatus[]}
 */
export function serversToShow(backends, { order, filter }) {
  const wanted = filter.trim().toLowerCase();
  const shown = backends.filter((backend) => wanted === "" || about(backend).includes(wanted));
  const key = keys[order.by];
  if (key === undefined) return shown;
  return shown.sort((one, other) => compare(key(one), key(other), order.descending ? -1 : 1));
}

/** @param {BackendStatus} backend */
function about({ id, service, address, port, state, reason }) {
  return `${id} ${service} ${address}:${port} ${state} ${reason}`.toLowerCase();
}

/**
 * What is not known comes last, whichever way it is sorted.
 *
 * @param {number | string | null} one
 * @param {number | string | null} other
 * @param {1 | -1} direction
 */
function compare(one, other, direction) {
  if (one === null || other === null) return Number(one === null) - Number(other === null);
  if (typeof one === "number" && typeof other === "number") return direction * (one - other);
  return direction * texts.compare(String(one), String(other));
}
