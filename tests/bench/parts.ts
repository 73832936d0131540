import type { Needs } from "../runner/suite.ts";

/** A part of what is measured. */
export interface Part {
  readonly name: string;
  /** What it measures, in some words. */
  readonly measures: string;
  /** How long it takes on a machine of two processors. */
  readonly takes: string;
  readonly needs: Needs;
  /** The arguments of `deno`. */
  readonly args: readonly string[];
}

const nothing: Needs = {};
/** What makes a network of namespaces with nginx servers in it. */
const network = { ip: "iproute2", nft: "nftables", curl: "curl", nginx: "nginx-light" };
const balancers = { haproxy: "haproxy" };
/** The module that makes nginx a load balancer of TCP connections, and where Debian has it look for it. */
const streamModule = {
  "/usr/lib/nginx/modules/ngx_stream_module.so": "libnginx-mod-stream",
  "/usr/share/nginx": "libnginx-mod-stream",
};

/** The parts, shortest first. */
export const parts: readonly Part[] = [
  {
    name: "micro",
    measures: "what one choice of a server costs, and the abortion of a connection",
    takes: "2 minutes",
    needs: nothing,
    args: ["bench", "-A", "tests/bench/selection_bench.ts", "tests/bench/abort_bench.ts"],
  },
  {
    name: "simulation",
    measures: "the policies, in a simulation of servers and clients",
    takes: "some minutes",
    needs: nothing,
    args: ["run", "-A", "tests/bench/simulation/main.ts"],
  },
  {
    name: "growth",
    measures: "what the monitor and the agents cost with up to 1,000 servers",
    takes: "some minutes",
    needs: { root: true, commands: network },
    args: ["run", "-A", "tests/bench/growth/main.ts"],
  },
  {
    name: "failover",
    measures: "what a server's fault costs clients, beside HAProxy and nginx",
    takes: "12 minutes",
    needs: { root: true, commands: { ...network, ...balancers }, files: streamModule },
    args: ["run", "-A", "tests/bench/failover_bench.ts"],
  },
  {
    name: "relay",
    measures: "throughput, latency, processor time and memory, beside HAProxy and nginx",
    takes: "20 minutes",
    needs: {
      root: true,
      commands: { ...network, ...balancers, wrk: "wrk", iperf3: "iperf3", taskset: "util-linux" },
      files: streamModule,
    },
    args: ["run", "-A", "tests/bench/relay/main.ts"],
  },
  {
    name: "choosing",
    measures: "how long real servers let clients wait, by policy, beside HAProxy and nginx",
    takes: "20 minutes",
    needs: { root: true, commands: { ...network, ...balancers }, files: streamModule },
    args: ["run", "-A", "tests/bench/choosing/main.ts"],
  },
];

/**
 * The parts of these names in their order; all parts where there are no names.
 *
 * @throws {RangeError} where there is no such part.
 *
 * @example
 * ```ts
 * import { partsNamed } from "./parts.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(partsNamed(["relay", "micro"]).map(({ name }) => name), ["micro", "relay"]);
 * ```
 */
export function partsNamed(names: readonly string[]): Part[] {
  const unknown = names.filter((name) => !parts.some((part) => part.name === name));
  if (unknown.length > 0) {
    const known = parts.map(({ name }) => name).join(", ");
    throw new RangeError(`Cannot run ${unknown.join(", ")}: accepted are ${known}`);
  }
  return parts.filter(({ name }) => names.length === 0 || names.includes(name));
}
