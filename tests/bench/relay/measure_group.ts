import type { Contender } from "./contender.ts";
import { CpuShare } from "./cpu_share.ts";
import type { Sample } from "./figures.ts";
import { haproxy } from "./haproxy.ts";
import { placement } from "./placement.ts";
import type { Plan } from "./plans.ts";
import type { Programs } from "./programs.ts";
import type { Group, Measured } from "./results.ts";
import { measureRound } from "./rounds.ts";
import { Testbed } from "./testbed.ts";

/** How a plan is carried out. */
export interface GroupOptions {
  readonly programs: Programs;
  readonly rounds: number;
  /** How long each step takes, in whole seconds. */
  readonly seconds: number;
  /** The part of a processor that a load balancer may use for each of its threads. */
  readonly shareCores: number;
  /** Takes a line for whoever waits. */
  readonly say: (line: string) => void;
}

/** Measures the contenders of a plan in alternating rounds. */
export async function measureGroup(plan: Plan, options: GroupOptions): Promise<Group> {
  const { title, threads, contenders } = plan;
  const { programs, shareCores, say } = options;
  const place = placement({ threads, cores: navigator.hardwareConcurrency });
  await using testbed = await Testbed.open({ programs, placement: place });
  using share = new CpuShare();
  try {
    const latencyRate = plan.steps.includes("latency")
      ? await moderateRate(testbed, share, options.seconds)
      : null;
    const samples = await alternate(plan, options, { testbed, share, latencyRate });
    const measured = contenders.map((contender): Measured => {
      const { name, role, settings } = contender;
      return { name, role, settings, samples: samples.get(contender) ?? [] };
    });
    return { title, placement: place, shareCores, latencyRate, measured };
  } catch (error) {
    say(await testbed.logs());
    throw error;
  }
}

async function alternate(
  { title, threads, contenders, steps }: Plan,
  { rounds, seconds, shareCores, say }: GroupOptions,
  place: { testbed: Testbed; share: CpuShare; latencyRate: number | null },
): Promise<Map<Contender, Sample[]>> {
  const only = new Set(steps);
  const options = { ...place, seconds, only, shareCores: shareCores * threads };
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round < rounds; round++) {
    // Nobody is always measured after the same other one.
    for (const contender of round % 2 === 0 ? contenders : contenders.toReversed()) {
      const sample = await measureRound(contender, options);
      samples.get(contender)?.push(sample);
      say(`${title}, round ${round + 1}, ${contender.name}: ${JSON.stringify(sample)}`);
    }
  }
  return samples;
}

/** Half of what HAProxy can serve where nothing limits it, rounded down to whole thousands. */
async function moderateRate(
  testbed: Testbed,
  share: CpuShare,
  seconds: number,
): Promise<number> {
  const only = new Set(["kept-alive"]);
  const options = { testbed, share, shareCores: null, only, seconds, latencyRate: null };
  const sample = await measureRound(haproxy({ threads: 1, splice: true }), options);
  return Math.max(1000, Math.floor((sample.keptAliveRate ?? NaN) / 2000) * 1000);
}
