import { assert, assertEquals, assertLess, assertMatch } from "@std/assert";
import { pause } from "../wait_for.ts";
import { type Cluster, startProgram } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import type { Daemon } from "./daemon.ts";

/** Longer than this no round-trip in this network takes, however busy the machine. */
const longestRttMs = 50;

/** Holds a program up, as a suspended machine or a debugger does. */
async function holdUp({ pid }: Daemon, ms: number): Promise<void> {
  Deno.kill(pid, "SIGSTOP");
  await pause(ms);
  Deno.kill(pid, "SIGCONT");
}

/** The changes of state that the front end has logged since its log was so long. */
async function changesSince({ frontend }: Cluster, logLength: number): Promise<string[]> {
  const lines = (await frontend.log()).slice(logLength).split("\n");
  return lines.filter((line) => /Backend .* is /.test(line));
}

async function logLength({ frontend }: Cluster): Promise<number> {
  return (await frontend.log()).length;
}

/** Asserts that no backend's round-trip time was spoilt. */
async function assertCredibleRtts(cluster: Cluster): Promise<void> {
  for (const { address, rttMs } of await cluster.rows()) {
    assert(rttMs !== null && rttMs < longestRttMs, `rttMs of ${address} is ${rttMs}`);
  }
}

const options = { backends: ["one", "two"] };

testCluster("when a program stands still", options, async (cluster, step) => {
  await cluster.waitUntilUp();

  for (const ms of [4000, 1200]) {
    await step(`a front end does not blame the servers for its own ${ms} ms`, async () => {
      const before = await logLength(cluster);
      await holdUp(cluster.frontend, ms);
      await pause(1500);
      assertEquals(await changesSince(cluster, before), []);
      assertEquals((await cluster.rows()).map(({ reason }) => reason), ["answering", "answering"]);
      await assertCredibleRtts(cluster);
    });
  }

  await step("an agent that stands still takes its server out, and back in", async () => {
    const { agent } = cluster.backend("one");
    Deno.kill(agent.pid, "SIGSTOP");
    const stoppedAt = performance.now();
    const { reason } = await cluster.waitForState("one", ["down"], 8000);
    assertMatch(reason, /^no answer to the last 3 probes$/);
    print(`Noticed after ${Math.round(performance.now() - stoppedAt)} ms: ${reason}`);
    await pause(1000);
    Deno.kill(agent.pid, "SIGCONT");
    const resumedAt = performance.now();
    await cluster.waitForState("one", ["up"], 5000);
    print(`Back after ${Math.round(performance.now() - resumedAt)} ms`);
    await pause(1500);
    assertLess((await cluster.row("one"))?.rttMs ?? Infinity, longestRttMs);
    assertEquals((await cluster.row("two"))?.state, "up");
  });

  await step("a front end that was killed finds everything again at once", async () => {
    await cluster.frontend.end("SIGKILL");
    const killedAt = performance.now();
    cluster.frontend = startProgram(cluster.frontendHost, "frontend");
    await cluster.waitUntilUp(6000);
    print(`All servers are up again ${Math.round(performance.now() - killedAt)} ms after the kill`);
  });
});
