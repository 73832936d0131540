import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import type { ClientLoad } from "./client_load.ts";
import { type Cluster, startProgram, startWebServer } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import type { ConnectionResult } from "./connection_result.ts";
import { pause } from "../wait_for.ts";

/** The default of `LB_PROBE_INTERVAL`. */
const probeIntervalMs = 1000;

function failuresOf(results: readonly ConnectionResult[]): ConnectionResult[] {
  return results.filter(({ failure }) => failure !== null);
}

/** Waits until a server that was mended takes connections, and gives the results of the load. */
async function endAfterRecovery(
  cluster: Cluster,
  load: ClientLoad,
  name: string,
): Promise<ConnectionResult[]> {
  const since = Date.now();
  await cluster.waitForState(name, ["up"], 20_000);
  await load.servedBy(name, { since, withinMs: 15_000 });
  print(`${name} is back in use after ${Date.now() - since} ms`);
  return await load.end();
}

/** The longest that a client had to wait. */
function slowest(results: readonly ConnectionResult[]): string {
  return `the slowest connection took ${Math.round(Math.max(...results.map(({ ms }) => ms)))} ms`;
}

const options = { backends: ["one", "two", "three"] };

testCluster("while clients go on connecting", options, async (cluster, step) => {
  await cluster.waitUntilUp();

  await step("no connection fails when a web server ends, nor when it returns", async () => {
    const backend = cluster.backend("one");
    const load = cluster.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 10_000 });
    // SIGQUIT: it stops listening at once, but finishes the answers that it has begun; nobody could
    // mend those.
    await backend.webServer.end("SIGQUIT");
    const endedAt = Date.now();
    const { reason } = await cluster.waitForState("one", ["down", "ejected"], 10_000);
    print(`The end of the web server was noticed after ${Date.now() - endedAt} ms: ${reason}`);
    await pause(2000);
    backend.webServer = await startWebServer(backend.host);
    const results = await endAfterRecovery(cluster, load, "one");
    print(slowest(results));
    assertEquals(failuresOf(results), []);
  });

  await step("no connection fails when an agent crashes beside a live web server", async () => {
    const backend = cluster.backend("two");
    const load = cluster.startLoad();
    await backend.agent.end("SIGKILL");
    const crashedAt = Date.now();
    const { reason } = await cluster.waitForState("two", ["down"], 10 * probeIntervalMs);
    print(`The crash was noticed after ${Date.now() - crashedAt} ms: ${reason}`);
    assertGreater(reason.length, 0);
    backend.agent = startProgram(backend.host, "agent");
    assertEquals(failuresOf(await endAfterRecovery(cluster, load, "two")), []);
  });

  await step("once a cut cable is noticed, no connection fails", async () => {
    const { host } = cluster.backend("three");
    const load = cluster.startLoad();
    await host.setLink("down");
    const cutAt = Date.now();
    const { reason } = await cluster.waitForState("three", ["down", "ejected"], 15_000);
    const noticedAt = Date.now();
    await pause(3000);
    await host.setLink("up");
    const results = await endAfterRecovery(cluster, load, "three");
    const failures = failuresOf(results);
    print(`The cut was noticed after ${noticedAt - cutAt} ms: ${reason}`);
    print(`${failures.length} of ${results.length} connections failed; ${slowest(results)}`);
    assertEquals(failures.filter(({ at }) => at > noticedAt), []);
    assertLess(failures.length, 5, JSON.stringify(failures));
  });

  await step("an agent that is stopped says so, and its server is spared at once", async () => {
    const backend = cluster.backend("one");
    const load = cluster.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 10_000 });
    const stoppedAt = Date.now();
    const ending = backend.agent.end("SIGTERM");
    await cluster.waitForState("one", ["draining", "down"], probeIntervalMs / 2);
    const sparedAt = Date.now();
    assertEquals((await ending).code, 0);
    assertLess(Date.now() - stoppedAt, 2500);
    print(`The server is spared ${sparedAt - stoppedAt} ms after SIGTERM`);
    await pause(2000);
    const late = (await load.results()).filter(({ at, server }) => {
      return server === "one" && at > sparedAt;
    });
    assertEquals(late, []);
    backend.agent = startProgram(backend.host, "agent");
    assertEquals(failuresOf(await endAfterRecovery(cluster, load, "one")), []);
  });

  await step("a server that returns with another address is found there", async () => {
    const { host } = cluster.backend("two");
    const before = host.address;
    await host.unplug();
    await cluster.waitForState("two", ["down", "ejected"], 15_000);
    const load = cluster.startLoad();
    await host.plugIn();
    assertEquals(failuresOf(await endAfterRecovery(cluster, load, "two")), []);
    const old = (await cluster.rows()).filter(({ address }) => address === before);
    assert(old.every(({ state }) => state === "down"), "the old address is in use");
  });
});
