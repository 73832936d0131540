import { pause } from "../../wait_for.ts";
import type { Running } from "./contender.ts";
import type { FigureName, Sample } from "./figures.ts";
import { parseIperf } from "./iperf.ts";
import { cpuSeconds } from "./process_tree.ts";
import { bulkPort } from "./testbed.ts";
import { parseWrk, parseWrkLatency } from "./wrk.ts";

/** How the steps load a contender. */
export interface Load {
  /** How long each step takes, in whole seconds. */
  readonly seconds: number;
  /** The moderate rate at which latency is measured, in requests per second. */
  readonly latencyRate: number | null;
}

/** Something that is measured of a contender that runs. */
export interface Step {
  readonly name: string;
  /** Whether the load balancer is to be the limit, and so held to its share of a processor. */
  readonly isLimited: boolean;
  readonly measure: (running: Running, load: Load) => Promise<Sample>;
  /** Steps of one kind do much the same, so that one of them is enough to warm up. */
  readonly kind: "requests" | "connections" | "bulk";
  /** Does the same for a moment: a program may become faster while it runs. */
  readonly warmUp: (running: Running) => Promise<void>;
}

const bytesPerGiB = 2 ** 30;
const warmUpSeconds = 1;
/** Enough to keep a proxy and a server busy. */
const busyConnections = 64;
/** So many that hardly one of them is kept from its next request by an answer that takes long. */
const thinkingConnections = 1000;
/** How long they are given to connect, in milliseconds. */
const leadMs = 1000;
const think = new URL("think.lua", import.meta.url).pathname;

/** The steps by the order in which they run. */
export const steps: readonly Step[] = [
  wrkStep("kept-alive", {
    kind: "requests",
    options: [],
    rate: "keptAliveRate",
    cpu: "keptAliveCpu",
    per: 100_000,
  }),
  wrkStep("fresh", {
    kind: "connections",
    options: ["--header", "Connection: close"],
    rate: "freshRate",
    cpu: "freshCpu",
    per: 10_000,
  }),
  iperfStep("one-stream", [], { rate: "oneStreamRate", cpu: "oneStreamCpu" }),
  iperfStep("both-ways", ["--bidir"], { rate: "bothWaysRate", cpu: "bothWaysCpu" }),
  iperfStep("many-streams", ["--parallel", "64"], {
    rate: "manyStreamsRate",
    cpu: "manyStreamsCpu",
  }),
  latencyStep(),
];

/** Requests one after another over each of many connections, as fast as they are answered. */
function wrkStep(
  name: string,
  { kind, options, rate, cpu, per }: {
    readonly kind: Step["kind"];
    readonly options: readonly string[];
    readonly rate: FigureName;
    readonly cpu: FigureName;
    readonly per: number;
  },
): Step {
  const load = async (running: Running, seconds: number) => {
    const connections = ["--connections", String(busyConnections)];
    return parseWrk(await wrk(running, seconds, [...connections, ...options]));
  };
  return {
    name,
    kind,
    isLimited: true,
    warmUp: async (running) => void await load(running, warmUpSeconds),
    async measure(running, { seconds }) {
      const { result, cpuSeconds } = await withCpu(running, () => load(running, seconds));
      const { requests, failed } = result;
      return {
        [rate]: requests / result.seconds,
        ...cpuSeconds !== null && { [cpu]: cpuSeconds / requests * per },
        failed,
      };
    },
  };
}

/** As many bytes as pass, from the client to the server or both ways. */
function iperfStep(
  name: string,
  options: readonly string[],
  { rate, cpu }: { rate: FigureName; cpu: FigureName },
): Step {
  const load = async ({ address, testbed }: Running, seconds: number) => {
    const to = ["--client", address, "--port", String(bulkPort)];
    const how = ["--time", String(seconds), "--json", ...options];
    return parseIperf(await testbed.load("iperf3", ...to, ...how));
  };
  return {
    name,
    kind: "bulk",
    isLimited: true,
    warmUp: async (running) => void await load(running, warmUpSeconds),
    async measure(running, { seconds }) {
      const { result, cpuSeconds } = await withCpu(running, () => load(running, seconds));
      const gibibytes = result.bytes / bytesPerGiB;
      return {
        [rate]: gibibytes / result.seconds,
        ...cpuSeconds !== null && { [cpu]: cpuSeconds / gibibytes },
      };
    },
  };
}

/** How long single requests take while there is less to do than could be done. */
function latencyStep(): Step {
  const load = (running: Running, seconds: number, thinkMs: number) => {
    const options = ["--connections", String(thinkingConnections), "--script", think];
    const script = [thinkMs, thinkingConnections, leadMs].map(String);
    return wrk(running, seconds + leadMs / 1000, options, script);
  };
  return {
    name: "latency",
    kind: "requests",
    isLimited: false,
    warmUp: async (running) => void await load(running, warmUpSeconds, thinkingConnections),
    async measure(running, { seconds, latencyRate }) {
      if (latencyRate === null) throw new TypeError("Cannot measure latency: received no rate");
      const text = await load(running, seconds, thinkingConnections / latencyRate * 1000);
      const { requests, failed } = parseWrk(text);
      if (requests === 0) return { failed: thinkingConnections };
      const { p50, p99, p999 } = parseWrkLatency(text);
      return { p50, p99, p999, failed };
    },
  };
}

async function wrk(
  { testbed, address }: Running,
  seconds: number,
  options: readonly string[],
  scriptArguments: readonly string[] = [],
): Promise<string> {
  const common = ["--threads", "1", "--duration", `${seconds}s`];
  const url = `http://${address}/`;
  const text = await testbed.load("wrk", ...common, ...options, url, "--", ...scriptArguments);
  // What was left open by the client is closed by all others now.
  await pause(settleMs);
  return text;
}

/** After a step, until connections that the client has dropped are gone everywhere. */
const settleMs = 200;

/** Does something, and tells what processor time the load balancer took for it. */
async function withCpu<T>(
  { daemon }: Running,
  work: () => Promise<T>,
): Promise<{ result: T; cpuSeconds: number | null }> {
  const before = daemon && cpuSeconds(daemon.pid);
  const result = await work();
  const after = daemon && cpuSeconds(daemon.pid);
  return { result, cpuSeconds: before === null || after === null ? null : after - before };
}
