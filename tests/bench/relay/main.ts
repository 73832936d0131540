/**
 * What carrying connections costs, with this project's front end and with others, side by side:
 * throughput, latency, processor time, memory and start.
 *
 *     deno run -A tests/bench/relay/main.ts [OPTIONS]
 *
 * As root; it needs nginx with its stream module, haproxy, wrk, iperf3 and iproute2, takes 20 minutes
 * and writes `relay.md`, `relay.svg` and `relay.json` in `tests/bench/results/`.
 *
 * - `--rounds N`: how often everything is measured, 5 by default.
 * - `--seconds N`: how long each step takes, 2 by default.
 * - `--only STEPS`, `--contenders NAMES`, `--threads 1` or `2`: only these, separated by commas; then
 *   the results are printed and not written.
 * - `--share CORES`: what a load balancer may use of a processor for each thread.
 * - `--executables DIRECTORY`: measures these instead of building them.
 * - `--render`: writes the report and the plot anew from `relay.json`.
 *
 * @module
 */
import { resolve } from "node:path";
import { parseArgs } from "@std/cli/parse-args";
import { build } from "../../../packaging/build.ts";
import { projectDirectory } from "../../../packaging/project_directory.ts";
import { drawChart } from "./chart.ts";
import { circumstances } from "./circumstances.ts";
import type { Contender } from "./contender.ts";
import { CpuShare } from "./cpu_share.ts";
import { direct } from "./direct.ts";
import type { Sample } from "./figures.ts";
import { haproxy } from "./haproxy.ts";
import { knowsEngine, lb } from "./lb.ts";
import { nginxStream } from "./nginx_stream.ts";
import { placement } from "./placement.ts";
import { executables, type Programs } from "./programs.ts";
import { writeReport } from "./report.ts";
import type { Group, Measured, Results } from "./results.ts";
import { measureRound, stepNames } from "./rounds.ts";
import { Testbed } from "./testbed.ts";

const flags = parseArgs(Deno.args, {
  string: ["rounds", "seconds", "only", "contenders", "threads", "share", "executables"],
  boolean: ["render"],
});
const rounds = Number(flags.rounds ?? 5);
const seconds = Number(flags.seconds ?? 2);
const shareCores = Number(flags.share ?? 0.3);
const isNarrow = [flags.only, flags.contenders, flags.threads].some((flag) => flag !== undefined);
const resultsDirectory = new URL("../results/", import.meta.url);
const remarksPath = new URL("remarks.md", import.meta.url);

/** What a group of contenders is measured in. */
interface GroupPlan {
  readonly title: string;
  readonly threads: number;
  readonly contenders: readonly Contender[];
  readonly only: readonly string[];
}

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

function chosen(names: readonly string[], flag: string | undefined): string[] {
  if (flag === undefined) return [...names];
  const wanted = flag.split(",");
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new RangeError(`Cannot measure ${unknown.join(", ")}: accepted are ${names.join(", ")}`);
  }
  return wanted;
}

async function engines(programs: Programs): Promise<("deno" | "epoll")[]> {
  if (await knowsEngine(programs, "epoll")) return ["deno", "epoll"];
  say("Skipped LB_ENGINE=epoll: these executables do not know it");
  return ["deno"];
}

async function groupPlans(programs: Programs): Promise<GroupPlan[]> {
  const known = await engines(programs);
  const ofThreads = (threads: number): Contender[] =>
    [
      haproxy({ threads, splice: true }),
      nginxStream({ threads }),
      ...known.map((engine) => lb({ engine, threads })),
    ].map((contender) => ({ ...contender, name: `${contender.name} ×${threads}` }));
  const plans: GroupPlan[] = [
    {
      title: "One thread",
      threads: 1,
      contenders: [
        direct,
        haproxy({ threads: 1, splice: true }),
        haproxy({ threads: 1, splice: false }),
        nginxStream({ threads: 1 }),
        ...known.map((engine) => lb({ engine, threads: 1 })),
      ],
      only: stepNames,
    },
    {
      title: "Two threads, and one in the same place",
      threads: 2,
      contenders: [...ofThreads(1), ...ofThreads(2)],
      only: ["kept-alive", "fresh", "many-streams"],
    },
  ];
  return plans.filter(({ threads }) => flags.threads === undefined || +flags.threads === threads);
}

/** Half of what HAProxy can serve where nothing limits it, rounded down to a whole thousand. */
async function moderateRate(testbed: Testbed, share: CpuShare, threads: number): Promise<number> {
  const { keptAliveRate = NaN } = await measureRound(haproxy({ threads, splice: true }), {
    testbed,
    share,
    shareCores: null,
    only: new Set(["kept-alive"]),
    seconds,
    latencyRate: null,
  });
  return Math.max(1000, Math.floor(keptAliveRate / 2000) * 1000);
}

async function measureGroup(plan: GroupPlan, programs: Programs): Promise<Group> {
  const { title, threads } = plan;
  const place = placement({ threads, cores: navigator.hardwareConcurrency });
  const names = plan.contenders.map(({ name }) => name);
  const wanted = chosen(names, flags.contenders);
  const contenders = plan.contenders.filter(({ name }) => wanted.includes(name));
  const only = new Set(chosen(plan.only, flags.only));
  await using testbed = await Testbed.open({ programs, placement: place });
  using share = new CpuShare();
  const samples = new Map<Contender, Sample[]>(contenders.map((contender) => [contender, []]));
  try {
    const latencyRate = only.has("latency") ? await moderateRate(testbed, share, threads) : null;
    for (let round = 0; round < rounds; round++) {
      // Nobody is always measured after the same other one.
      const order = round % 2 === 0 ? contenders : contenders.toReversed();
      for (const contender of order) {
        const cores = shareCores * threads;
        const options = { testbed, share, shareCores: cores, only, seconds, latencyRate };
        const sample = await measureRound(contender, options);
        samples.get(contender)?.push(sample);
        say(`${title}, round ${round + 1}, ${contender.name}: ${JSON.stringify(sample)}`);
      }
    }
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

async function measure(): Promise<Results> {
  if (flags.executables === undefined) await build();
  const programs = executables(resolve(flags.executables ?? `${projectDirectory}/dist`));
  const plans = await groupPlans(programs);
  const groups: Group[] = [];
  for (const plan of plans) groups.push(await measureGroup(plan, programs));
  return {
    command: `deno run -A tests/bench/relay/main.ts ${Deno.args.join(" ")}`.trim(),
    circumstances: await circumstances(),
    rounds,
    seconds,
    groups,
  };
}

async function readRemarks(): Promise<string> {
  try {
    return await Deno.readTextFile(remarksPath);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  }
}

async function readOrMeasure(path: URL): Promise<Results> {
  return flags.render ? JSON.parse(await Deno.readTextFile(path)) : await measure();
}

const dataPath = new URL("relay.json", resultsDirectory);
const results = await readOrMeasure(dataPath);
const report = writeReport(results, await readRemarks());
say(report);
if (!isNarrow) {
  await Deno.writeTextFile(dataPath, `${JSON.stringify(results)}\n`);
  await Deno.writeTextFile(new URL("relay.md", resultsDirectory), report);
  const [first] = results.groups;
  if (first !== undefined) {
    await Deno.writeTextFile(new URL("relay.svg", resultsDirectory), await drawChart(first));
  }
}
