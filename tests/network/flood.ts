import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { pause } from "../wait_for.ts";
import { bombard, type Bombardment } from "./bombardment.ts";
import { captureDatagrams } from "./capture.ts";
import type { Cluster } from "./cluster.ts";
import type { ConnectionResult } from "./connection_result.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { type Footprint, footprint } from "./footprint.ts";

/** How much is sent in each of three floods; the first only warms the programs up. */
export interface FloodPlan {
  /** To all targets together. Sender, receivers, clients and web servers share the cores. */
  readonly perSecond: number;
  readonly seconds: number;
}

const connectionsPerSecond = 100;
/** Nobody notices so little. */
const mayDelayMs = 20;
/** A garbage collector lets a heap breathe; keeping a quarter of the flood would show. */
const mayGrowMiB = 32;

/** The processes under test by name, with what they take. */
function footprints({ frontend, backends }: Cluster): Map<string, Footprint> {
  const daemons = [frontend, ...backends.map(({ agent }) => agent)];
  return new Map(daemons.map((daemon) => [daemon.name, footprint(daemon)]));
}

/** How long the middle one of the connections took, in milliseconds. */
function medianMs(results: readonly ConnectionResult[]): number {
  const sorted = results.map(({ ms }) => ms).toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? NaN;
}

/** The connections of a client that goes on opening new ones while something happens. */
async function loadDuring(cluster: Cluster, happening: Promise<unknown>) {
  const load = cluster.startLoad({ perSecond: connectionsPerSecond });
  await happening;
  return await load.end();
}

/** What the front end said of its servers' states since its log was so long. */
async function changesSince({ frontend }: Cluster, logLength: number): Promise<string[]> {
  const lines = (await frontend.log()).slice(logLength).split("\n");
  return lines.filter((line) => /Backend|clones/.test(line));
}

/** Declares the test. */
export function testFlood({ perSecond, seconds: floodSeconds }: FloodPlan): void {
  const options = { backends: ["one", "two"] };
  testCluster("under a flood of hostile datagrams", options, async (cluster, step) => {
    await cluster.waitUntilUp();
    const port8888 = ({ address }: { address: string }) => `${address}:8888`;
    const agents = cluster.backends.map(({ host }) => port8888(host));
    const recorded = await captureDatagrams(cluster.frontendHost, { port: 8888, forMs: 2500 });
    const attacker = await cluster.lan.attach("attacker");
    const flood = (targets: readonly string[]): Promise<Bombardment> => {
      const perTarget = Math.ceil(perSecond * floodSeconds / targets.length);
      return bombard(attacker, { recorded, targets, perTarget, perSecond });
    };
    const everyone = [port8888(cluster.frontendHost), ...agents];
    // What a first flood makes a heap grow by, no later one shall.
    await flood(everyone);
    await pause(1000);
    const before = footprints(cluster);
    const logLength = (await cluster.frontend.log()).length;
    const calm = await loadDuring(cluster, pause(3000));

    for (const targets of [[port8888(cluster.frontendHost)], everyone]) {
      await step(`at ${targets.length} of its programs, clients are served as before`, async () => {
        const bombardment = flood(targets);
        const results = await loadDuring(cluster, bombardment);
        const { sent, seconds, answers } = await bombardment;
        print(
          `${sent} datagrams in ${
            seconds.toFixed(1)
          } s, ${results.length} connections; the middle one ` +
            `took ${medianMs(results).toFixed(1)} ms, in calm ${medianMs(calm).toFixed(1)} ms`,
        );
        assertEquals(answers, 0);
        assertEquals(results.filter(({ failure }) => failure !== null), []);
        assertGreater(results.length, seconds * connectionsPerSecond / 2);
        assertLess(medianMs(results), medianMs(calm) + mayDelayMs);
      });
    }

    await step("no server was given up, nor anything else changed in the table", async () => {
      assertEquals(await changesSince(cluster, logLength), []);
      assertEquals((await cluster.rows()).map(({ state }) => state), ["up", "up"]);
    });

    await step("no process keeps memory or descriptors", async () => {
      await pause(1000);
      for (const [name, now] of footprints(cluster)) {
        const then = before.get(name);
        assert(then !== undefined);
        const grown = now.residentMiB - then.residentMiB;
        const cpu = now.cpuSeconds - then.cpuSeconds;
        print(
          `${name}: ${then.residentMiB.toFixed(0)} MiB, grown by ${grown.toFixed(1)} MiB; ` +
            `${then.descriptors} descriptors, now ${now.descriptors}; ${cpu.toFixed(1)} s of CPU`,
        );
        assertLess(grown, mayGrowMiB, name);
        assertLess(now.descriptors - then.descriptors, 5, name);
      }
    });
  });
}
