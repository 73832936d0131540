import { pause, waitFor } from "../../wait_for.ts";
import type { Contender, Running } from "./contender.ts";
import type { CpuShare } from "./cpu_share.ts";
import type { FigureName, Sample } from "./figures.ts";
import { measureIdleMemory } from "./idle_memory.ts";
import { processTree } from "./process_tree.ts";
import { measureStart } from "./start_time.ts";
import { type Load, steps } from "./steps.ts";
import type { Testbed } from "./testbed.ts";

/** The names of all that can be measured. */
export const stepNames: readonly string[] = [...steps.map(({ name }) => name), "idle", "start"];

/** What is measured in a round, and how. */
export interface RoundOptions extends Load {
  readonly testbed: Testbed;
  /** The names of what is measured; see {@linkcode stepNames}. */
  readonly only: ReadonlySet<string>;
  readonly share: CpuShare;
  /** What a load balancer may use of the processors where it is to be the limit; null for all. */
  readonly shareCores: number | null;
}

/** How long after its start a load balancer is left alone, until what it does only once is done. */
const calmMs = 500;

/** Measures a contender once. */
export async function measureRound(contender: Contender, options: RoundOptions): Promise<Sample> {
  const only = options.only.difference(new Set(contender.skips));
  const samples: Sample[] = [];
  const wanted = steps.filter(({ name }) => only.has(name));
  if (wanted.length > 0) {
    samples.push(
      await withRunning(contender, options, async (running, setLimit) => {
        const parts: Sample[] = [];
        const kinds = Map.groupBy(wanted, ({ kind }) => kind);
        for (const [first] of kinds.values()) await first?.warmUp(running);
        for (const step of wanted) {
          setLimit(step.isLimited);
          parts.push(await step.measure(running, options));
        }
        return sumUp(parts);
      }),
    );
  }
  if (only.has("idle")) {
    samples.push(await withRunning(contender, options, (running) => measureIdleMemory(running)));
  }
  if (only.has("start")) {
    const { testbed } = options;
    samples.push({
      start: await measureStart({ contender, testbed, isCold: false }),
      ...contender.role !== "peer" &&
        { coldStart: await measureStart({ contender, testbed, isCold: true }) },
    });
  }
  return sumUp(samples);
}

/** Starts a contender, does something with it, and ends it. */
async function withRunning(
  contender: Contender,
  { testbed, share, shareCores }: RoundOptions,
  work: (running: Running, setLimit: (isLimited: boolean) => void) => Promise<Sample>,
): Promise<Sample> {
  const daemon = await contender.start(testbed);
  const address = contender.address(testbed);
  try {
    await waitFor(`${contender.name} to serve`, async () => {
      if (daemon?.isRunning === false) throw new Error(await daemon.log());
      await testbed.client.run("curl", "-sSf", "--max-time", "1", `http://${address}/`);
      return await contender.isSettled?.(testbed) === false ? null : true;
    }, { withinMs: 20_000 });
    for (const pid of daemon === null ? [] : processTree(daemon.pid)) share.admit(pid);
    await pause(calmMs);
    return await work({ testbed, contender, address, daemon }, (isLimited) => {
      share.limit(isLimited ? shareCores : null);
    });
  } finally {
    share.limit(null);
    await daemon?.end("SIGTERM");
  }
}

/** All figures together; the failures of all steps count. */
function sumUp(samples: readonly Sample[]): Sample {
  const all: Partial<Record<FigureName, number>> = {};
  for (const sample of samples) {
    const failed = (all.failed ?? 0) + (sample.failed ?? 0);
    Object.assign(all, sample, sample.failed === undefined ? {} : { failed });
  }
  return all;
}
