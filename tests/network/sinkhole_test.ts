import { assertGreater, assertLessOrEqual } from "@std/assert";
import { readText } from "deno-systeminfo-free";
import { readCgroupPlaces } from "../../lib/systeminfo/cgroup_path.ts";
import { ours } from "../bench/choosing/contestants.ts";
import { Fleet } from "../bench/choosing/fleet.ts";
import { run } from "../bench/choosing/run.ts";
import { scenarios } from "../bench/choosing/scenarios.ts";
import { summarize } from "../bench/choosing/summary.ts";
import { systemCommand } from "../system_command.ts";
import { print } from "./cluster_test_case.ts";

const { v1, v2 } = readCgroupPlaces(readText);
const mountPoint = v1.get("cpu")?.mountPoint ?? v2?.mountPoint ?? "";
/** Many containers show their groups, and let nobody change them. */
const isWritable = systemCommand("test", { args: ["-w", mountPoint] }).outputSync().success;

/** Of four servers that each have a fifth of a processor, well within what they can do. */
const perSecond = 120;
/** Stretched by the scenario, it ends ten seconds after the server is to be found out. */
const seconds = 3.8;

Deno.test({
  name: "a server that answers 503 at once gets no more than two fifths of the connections",
  ignore: Deno.uid() !== 0 || !isWritable,
  fn: async () => {
    const scenario = scenarios.find(({ name }) => name === "sinkhole-503");
    if (scenario === undefined) throw new TypeError("Cannot find the scenario");
    await using fleet = await Fleet.start(scenario.servers);
    const trial = { scenario, contestant: ours("adaptive", "epoll"), perSecond, seed: 1 };
    const seen = await run(fleet, { ...trial, seconds: seconds * scenario.stretch });
    const { brokenShare, failed } = summarize(seen, scenario);
    print(`The broken server got ${Math.round(100 * brokenShare)}% of the connections`);
    assertLessOrEqual(brokenShare, scenario.breaks?.share ?? NaN);
    assertGreater(failed, 0);
  },
});
