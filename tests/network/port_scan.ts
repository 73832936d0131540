import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { engineNames } from "../../lib/config/settings.ts";
import { quantile } from "../bench/quantile.ts";
import { pause } from "../wait_for.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";

const program = new URL("port_scan_clients.ts", import.meta.url).pathname;
const othersPerSecond = 50;

/** How many clients reset after the handshake, and what others notice of it at most. */
export interface PortScanPlan {
  readonly count: number;
  readonly perSecond: number;
  /** The slowest hundredth of the others takes no longer, in milliseconds. */
  readonly mostMs: number;
}

async function scan(cluster: Cluster, { count, perSecond }: PortScanPlan): Promise<void> {
  const target = [cluster.frontendHost.address, "80", String(count), String(perSecond)];
  const args = ["run", "--allow-all", "--cached-only", program, ...target];
  const scanner = cluster.client.start({ name: "port scan", command: Deno.execPath(), args });
  assert((await scanner.ending).success, await scanner.log());
  assertEquals(Number(await scanner.log()), count);
}

async function vanished(cluster: Cluster): Promise<number> {
  const metrics = await cluster.get("/metrics");
  return Number(/^lb_connections_vanished_total (\d+)$/m.exec(metrics)?.[1]);
}

/** Declares the test, for each engine of our own. */
export function testPortScan(plan: PortScanPlan): void {
  for (const engine of engineNames.filter((name) => name === "deno" || name === "epoll")) {
    const options = { backends: ["one", "two"], frontendSettings: { LB_ENGINE: engine } };
    const name = `clients that reset ${plan.perSecond} times a second hold nobody up (${engine})`;
    testCluster(name, options, async (cluster) => {
      await cluster.waitUntilUp();
      const load = cluster.startLoad({ perSecond: othersPerSecond });
      await pause(3_000);
      const since = performance.timeOrigin + performance.now();
      await scan(cluster, plan);
      const results = (await load.end()).filter(({ at }) => at > since);
      const times = results.map(({ ms }) => ms);
      print(
        `${engine}: ${times.length} others, the middle one took ${
          quantile(times, 0.5).toFixed(0)
        } ms, the slowest hundredth ${quantile(times, 0.99).toFixed(0)} ms and more; ` +
          `${await vanished(cluster)} of ${plan.count} were gone before they were accepted`,
      );
      assertEquals(results.filter(({ failure }) => failure !== null), []);
      assertGreater(times.length, othersPerSecond);
      assertLess(quantile(times, 0.99), plan.mostMs);
      assertEquals((await cluster.rows()).map(({ state }) => state), ["up", "up"]);
    });
  }
}
