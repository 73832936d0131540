/**
 * Machines that vanish without a word, with a time limit for idle connections that is far away: half an
 * hour would go by, or two, before their connections ended.
 *
 * @module
 */
import { assertEquals, assertGreater } from "@std/assert";
import { keepAlive } from "../../frontend/proxy/engine/keep_alive.ts";
import { engineNames } from "../../lib/config/settings.ts";
import { print, testCluster } from "../network/cluster_test_case.ts";
import type { Cluster } from "../network/cluster.ts";
import type { Host } from "../network/lan.ts";
import { pause, waitFor } from "../wait_for.ts";

const program = new URL("../network/holding_client.ts", import.meta.url).pathname;
const { idleSeconds, intervalSeconds, questions } = keepAlive;
const foundOutMs = 1_000 * (idleSeconds + questions * intervalSeconds);

function hold(on: Host, cluster: Cluster, count: number) {
  const target = [cluster.frontendHost.address, "80", String(count)];
  const args = ["run", "--allow-net", program, ...target];
  return on.start({ name: "holding client", command: Deno.execPath(), args });
}

async function open(cluster: Cluster): Promise<number[]> {
  const rows = await cluster.rows();
  return rows.map(({ activeConnections }) => activeConnections).toSorted();
}

for (const engine of engineNames.filter((name) => name === "deno" || name === "epoll")) {
  const frontendSettings = { LB_ENGINE: engine, LB_IDLE_TIMEOUT: "2h", LB_POLICY: "round-robin" };
  const options = { backends: ["one", "two"], frontendSettings };
  testCluster(`machines that vanish are found out (${engine})`, options, async (cluster) => {
    await cluster.waitUntilUp();
    const second = await cluster.lan.attach("second");
    await using _staying = hold(cluster.client, cluster, 4);
    await using _vanishing = hold(second, cluster, 4);
    await waitFor("all connections", async () => {
      return (await open(cluster)).reduce((sum, count) => sum + count, 0) === 8 || null;
    }, { withinMs: 20_000 });
    const before = await open(cluster);
    assertEquals(before, [4, 4]);
    // By now the front end has asked for them to be watched.
    await pause(4_000);
    await second.unplug();
    await cluster.backend("two").host.unplug();
    const since = performance.now();
    await waitFor("what is left to be between those who are left", async () => {
      const counts = await open(cluster);
      return counts[0] === 0 && (counts[1] ?? 4) < 4 || null;
    }, { withinMs: foundOutMs + 30_000, everyMs: 500 });
    print(`${engine}: found out ${Math.round((performance.now() - since) / 1_000)} s later`);
    const [, left = 0] = await open(cluster);
    assertGreater(left, 0, "those who are there keep their connections");
  });
}
