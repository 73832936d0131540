import { assertEquals } from "@std/assert";
import type { Contender } from "../bench/relay/contender.ts";
import { CpuShare } from "../bench/relay/cpu_share.ts";
import type { Sample } from "../bench/relay/figures.ts";
import { haproxy } from "../bench/relay/haproxy.ts";
import { knowsEngine, lb } from "../bench/relay/lb.ts";
import { placement } from "../bench/relay/placement.ts";
import { fromSource } from "../bench/relay/programs.ts";
import { measureRound } from "../bench/relay/rounds.ts";
import { Testbed } from "../bench/relay/testbed.ts";
import { mainModule } from "./cluster.ts";
import { print } from "./cluster_test_case.ts";
import { runCommand } from "./run_command.ts";

/** The figures that are guarded: processor time for one thing each. */
type Cost = "keptAliveCpu" | "freshCpu" | "oneStreamCpu";

/**
 * What an engine may cost, as a multiple of what HAProxy costs: half as much again as it was measured
 * to cost here, in the first seconds after its start, when much of it is compiling still. What it
 * costs once it is warm is measured by the bench.
 */
const limits: Readonly<Record<"deno" | "epoll", Readonly<Record<Cost, number>>>> = {
  deno: { keptAliveCpu: 2.4, freshCpu: 3.2, oneStreamCpu: 1.6 },
  epoll: { keptAliveCpu: 1.7, freshCpu: 2.2, oneStreamCpu: 1.1 },
};
const costs = Object.keys(limits.deno) as Cost[];
/**
 * What else runs on the machine makes everything dearer, but hardly in every round: what a contender
 * took in its best round counts.
 */
const mostRounds = 4;

type Samples = Map<Contender, Sample[]>;

/** What a contender took at least in any round. */
function least(samples: readonly Sample[] = [], cost: Cost): number {
  return Math.min(...samples.map((sample) => sample[cost] ?? Infinity));
}

/** What the engines cost beside a peer, and where that is too much, a line each. */
function compare(samples: Samples, peer: Contender): { line: string; isTooMuch: boolean }[] {
  return [...samples].flatMap(([{ name, role }, ours]) =>
    role !== "deno" && role !== "epoll" ? [] : costs.map((cost) => {
      const times = least(ours, cost) / least(samples.get(peer), cost);
      const limit = limits[role][cost];
      const line = `${name}: ${cost} is ${times.toFixed(2)} times HAProxy's, limit ${limit}`;
      return { line, isTooMuch: !(times <= limit) };
    })
  );
}

async function measureAll(samples: Samples, testbed: Testbed): Promise<void> {
  using share = new CpuShare();
  const only = new Set(["kept-alive", "fresh", "one-stream"]);
  const options = { testbed, share, shareCores: 0.3, only, seconds: 1, latencyRate: null };
  for (const [contender, known] of samples) known.push(await measureRound(contender, options));
}

Deno.test({
  name: "carrying a connection costs about what it costs HAProxy",
  ignore: Deno.uid() !== 0,
  async fn() {
    const programs = fromSource();
    // There is no way to the world from inside a namespace.
    await runCommand(Deno.execPath(), "cache", mainModule("agent"), mainModule("frontend"));
    const place = placement({ threads: 1, cores: navigator.hardwareConcurrency });
    await using testbed = await Testbed.open({ programs, placement: place });
    const peer = haproxy({ threads: 1, splice: true });
    const samples: Samples = new Map([[peer, []], [lb({ engine: "deno", threads: 1 }), []]]);
    if (await knowsEngine(programs, "epoll")) samples.set(lb({ engine: "epoll", threads: 1 }), []);
    let tooMuch: string[] = [];
    for (let round = 0; round < mostRounds; round++) {
      await measureAll(samples, testbed);
      const comparison = compare(samples, peer);
      for (const { line } of comparison) print(line);
      tooMuch = comparison.filter(({ isTooMuch }) => isTooMuch).map(({ line }) => line);
      if (tooMuch.length === 0) break;
    }
    assertEquals(tooMuch, []);
  },
});
