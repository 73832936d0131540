import { assertEquals } from "@std/assert";
import { engineNames } from "../../lib/config/settings.ts";
import { pause, waitFor } from "../wait_for.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import type { Daemon } from "./daemon.ts";
import { footprint } from "./footprint.ts";

const program = new URL("slow_readers.ts", import.meta.url).pathname;
const fileBytes = 64 * 1024 ** 2;

/** How many clients read nothing, and what the front end may grow by, in mebibytes. */
export interface SlowReadingPlan {
  readonly clients: number;
  readonly mostMiB: number;
  /** What of it may be left within a minute of other traffic when they are gone. */
  readonly mostLeftMiB: number;
}

/** What of the kernel's memory TCP holds in the front end's network, in mebibytes (proc(5)). */
async function tcpMiB({ frontendHost }: Cluster): Promise<number> {
  const text = await frontendHost.run("cat", "/proc/net/sockstat");
  return Number(/^TCP: .* mem (\d+)/m.exec(text)?.[1]) * 4 / 1024;
}

/** Pipes that a process has open, each of which holds at most 1 MiB. */
function pipes({ pid }: Daemon): number {
  const links = [...Deno.readDirSync(`/proc/${pid}/fd`)].map(({ name }) => {
    try {
      return Deno.readLinkSync(`/proc/${pid}/fd/${name}`);
    } catch {
      return "";
    }
  });
  return links.filter((link) => link.startsWith("pipe:")).length / 2;
}

async function look(cluster: Cluster, when: string): Promise<number> {
  const { residentMiB } = footprint(cluster.frontend);
  const kernel = `TCP ${(await tcpMiB(cluster)).toFixed(0)} MiB, ${pipes(cluster.frontend)} pipes`;
  print(`${when}: ${residentMiB.toFixed(0)} MiB; in the kernel ${kernel}`);
  return residentMiB;
}

/** Waits until the front end has no more memory than that; gives the seconds that it took. */
async function lowest({ frontend }: Cluster, mostMiB: number): Promise<number> {
  const since = performance.now();
  await waitFor(`no more than ${mostMiB.toFixed(0)} MiB`, () => {
    return footprint(frontend).residentMiB < mostMiB || null;
  }, { withinMs: 60_000, everyMs: 1_000 });
  return Math.round((performance.now() - since) / 1_000);
}

/** Declares the test, for each engine of our own. */
export function testSlowReading({ clients, mostMiB, mostLeftMiB }: SlowReadingPlan): void {
  for (const engine of engineNames.filter((name) => name === "deno" || name === "epoll")) {
    const options = { backends: ["one", "two"], frontendSettings: { LB_ENGINE: engine } };
    const name = `${clients} clients that read nothing cost little (${engine})`;
    testCluster(name, options, async (cluster) => {
      for (const { host } of cluster.backends) {
        await host.run("truncate", "-s", String(fileBytes), `${host.directory}/html/large`);
      }
      await cluster.waitUntilUp();
      const { frontendHost, client } = cluster;
      // Pools and heaps are filled, and code is compiled, by those who read.
      const others = cluster.startLoad({ perSecond: 100 });
      for (let time = 0; time < 10; time++) await cluster.fetchThroughFrontend("large");
      await pause(8_000);
      await others.end();
      const before = await look(cluster, "before");
      const target = [frontendHost.address, "80", String(clients), "large"];
      const args = ["run", "--allow-net", program, ...target];
      const readers = client.start({ name: "slow readers", command: Deno.execPath(), args });
      await waitFor("all to have asked", async () => (await readers.log()) === "asked\n" || null, {
        withinMs: 60_000,
      });
      await pause(5_000);
      await look(cluster, `${clients} that read nothing`);
      // A heap that rests is left alone: what nobody needs any more is found once others need something.
      const load = cluster.startLoad({ perSecond: 60 });
      const settled = await lowest(cluster, before + mostMiB);
      await look(cluster, `the same ${settled} s later, with 60 other clients a second`);
      assertEquals((await readers.end("SIGTERM")).code, 0);
      const left = await lowest(cluster, before + mostLeftMiB);
      await look(cluster, `${left} s after they have gone`);
      assertEquals((await load.end()).filter(({ failure }) => failure !== null), []);
      const fetched = await cluster.fetchThroughFrontend("large");
      assertEquals(fetched.length, fileBytes);
    });
  }
}
