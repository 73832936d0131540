import type { BackendStatus } from "../../table/backend_status.ts";
import { backendStates } from "../../table/layout.ts";

/** What rows can be sorted by. */
interface Order {
  /** How it is called. */
  readonly title: string;
  /** What is compared; null, which is unknown, comes last. */
  readonly by: (backend: BackendStatus) => number | null;
  /** Whether the largest comes first. */
  readonly largestFirst: boolean;
}

const orders = {
  // The front end gives them in this order.
  server: { title: "server", by: () => 0, largestFirst: false },
  state: { title: "state", by: ({ state }) => backendStates.indexOf(state), largestFirst: false },
  cpu: { title: "CPU", by: ({ cpu }) => cpu, largestFirst: true },
  ram: { title: "RAM", by: ({ ram }) => ram, largestFirst: true },
  rtt: { title: "RTT", by: ({ rttMs }) => rttMs, largestFirst: true },
  in: { title: "bandwidth in", by: ({ bandwidth }) => bandwidth.inBps, largestFirst: true },
  out: { title: "bandwidth out", by: ({ bandwidth }) => bandwidth.outBps, largestFirst: true },
  connections: {
    title: "connections",
    by: ({ activeConnections }) => activeConnections,
    largestFirst: true,
  },
  share: { title: "share", by: ({ share }) => share, largestFirst: true },
  age: { title: "age", by: ({ ageMs }) => ageMs, largestFirst: true },
} as const satisfies Record<string, Order>;

/** What the rows can be sorted by. */
export type SortKey = keyof typeof orders;

const keys = Object.keys(orders) as SortKey[];

/** The key that comes so many places after another, going round. */
export function sortKeyAfter(key: SortKey, steps: number): SortKey {
  const at = keys.indexOf(key) + steps + keys.length;
  return keys[at % keys.length] ?? key;
}

/** How an order is called: by what, and ↓ where the largest comes first. */
export function sortTitle(key: SortKey, reversed: boolean): string {
  const { title, largestFirst } = orders[key];
  return `${title} ${largestFirst === reversed ? "↑" : "↓"}`;
}

/** Sorts backends; equals stay as they are, and what is unknown comes last either way. */
export function inOrder(
  backends: readonly BackendStatus[],
  key: SortKey,
  reversed: boolean,
): readonly BackendStatus[] {
  const { by, largestFirst } = orders[key];
  if (key === "server") return reversed ? backends.toReversed() : backends;
  const sign = largestFirst === reversed ? 1 : -1;
  return backends.toSorted((one, other) => {
    const [a, b] = [by(one), by(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sign * (a - b);
  });
}
