import { assertEquals, assertLess } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { footprint } from "./footprint.ts";
import type { Crowd } from "./invented_agents.ts";
import { linkName } from "./lan.ts";
import { refusals } from "./refusals.ts";

const program = new URL("invented_agents.ts", import.meta.url).pathname;
const [agents, reports] = [3_000, 100_000];
/** What a first flood makes a heap grow by, no later one shall: V8 puts off what is not urgent. */
const firstReports = 20_000;
const subnet = Array.from({ length: 200 }, (_, index) => `10.77.0.${50 + index}`);

const mayTakeMs = 10_000;
const mayGrowMiB = 50;
const mayWriteLines = 50;
const floodWithinMs = 90_000;

/** The true servers that are not up. */
async function lost(cluster: Cluster, names: readonly string[]): Promise<string[]> {
  // What looks takes time, too, where everybody wants the processor.
  const rows = await waitFor("the table", () => cluster.rows(), { withinMs: 15_000 });
  return names.filter((name) => {
    const { address } = cluster.backend(name).host;
    return rows.find((row) => row.address === address)?.state !== "up";
  });
}

/** Starts a true server, and says how long after its agent had joined the group it was up. */
async function newcomer(cluster: Cluster, name: string): Promise<number> {
  const { agent } = await cluster.addBackend(name);
  const joined = async () => /Joined/.test(await agent.log()) || null;
  await waitFor(`${name}'s agent`, joined, { withinMs: 30_000 });
  const begin = performance.now();
  await cluster.waitForState(name, ["up"], 30_000);
  return performance.now() - begin;
}

/** Looks again and again until told to stop, and gathers what was to be seen. */
async function watch<Seen>(look: () => Promise<Seen>, until: Promise<unknown>): Promise<Seen[]> {
  const seen: Seen[] = [];
  let isOver = false;
  until.finally(() => isOver = true).catch(() => {});
  while (!isOver) {
    seen.push(await look());
    await pause(1_000);
  }
  return seen;
}

const options = { backends: ["one", "two", "three"] };

testCluster("beside agents that are made up", options, async (cluster, step) => {
  await cluster.waitUntilUp();
  const host = await cluster.lan.attach("inventor");
  for (const address of subnet) {
    await host.run("ip", "address", "add", `${address}/24`, "dev", linkName);
  }
  const invent = (crowd: Crowd) =>
    host.start({
      name: "invented agents",
      command: Deno.execPath(),
      args: ["run", "--allow-all", "--cached-only", program, JSON.stringify(crowd)],
    });
  const known = ["one", "two", "three"];
  const lines = async () => (await cluster.frontend.log()).split("\n").length;
  const sayRefusals = async () => {
    const counts = await refusals(cluster.frontend, "frontend");
    print(`Refused: ${[...counts].map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
  };

  /** Lets agents report that are never heard again, and says what the front end took meanwhile. */
  const flood = async (reports: number) => {
    const crowd = invent({ sources: subnet, agents: 4_000, reports });
    const done = waitFor("the crowd", async () => /done/.test(await crowd.log()) || null, {
      withinMs: floodWithinMs,
    });
    const seen = await watch(async () => ({
      lost: await lost(cluster, known),
      residentMiB: footprint(cluster.frontend).residentMiB,
    }), done);
    await done;
    await crowd.end("SIGTERM");
    assertEquals(seen.flatMap((one) => one.lost), [], "a true server was lost");
    return Math.max(...seen.map(({ residentMiB }) => residentMiB));
  };

  await step(`${reports} reports of agents that are never heard again`, async () => {
    const fresh = footprint(cluster.frontend).residentMiB;
    const warm = await flood(firstReports);
    const [written, begin] = [await lines(), performance.now()];
    const most = await flood(reports);
    const seconds = (performance.now() - begin) / 1000;
    const newLines = await lines() - written;
    print(
      `${reports} reports in ${seconds.toFixed(1)} s: ${fresh.toFixed(0)} MiB had grown to ` +
        `${warm.toFixed(0)} and became ${most.toFixed(0)}; ${newLines} lines were written`,
    );
    await sayRefusals();
    assertLess(most - warm, mayGrowMiB);
    assertLess(newLines, mayWriteLines);
    const tookMs = await newcomer(cluster, "four");
    print(`four was up after ${tookMs.toFixed(0)} ms`);
    assertLess(tookMs, mayTakeMs);
    known.push("four");
  });

  for (const [name, sources] of [["five", [host.address]], ["six", subnet]] as const) {
    await step(`${agents} that answer every probe, from ${sources.length} addresses`, async () => {
      const crowd = invent({ sources, agents, reports: null });
      const arrival = pause(4_000).then(() => newcomer(cluster, name));
      const seen = await watch(() => lost(cluster, known), arrival);
      assertEquals(seen.flat(), [], "a true server was lost");
      const tookMs = await arrival;
      await crowd.end("SIGTERM");
      const rows = (await cluster.rows()).length;
      print(`${name} was up after ${tookMs.toFixed(0)} ms, among ${rows} rows`);
      print(`The crowd: ${(await crowd.log()).trim()}`);
      await sayRefusals();
      assertLess(tookMs, mayTakeMs);
      known.push(name);
    });
  }
});
