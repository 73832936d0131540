import { assert, assertEquals, assertLess } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import type { Cluster } from "./cluster.ts";
import { print } from "./cluster_test_case.ts";
import { type Footprint, footprint } from "./footprint.ts";
import { churnServers } from "./server_churn.ts";

const program = new URL("restless_clients.ts", import.meta.url).pathname;
const restlessClients = 30;
const freshPerSecond = 30;
/** The first phase fills pools and compiles what is used often. */
const warmUpMs = 20_000;
/** A garbage collector lets a heap breathe. */
const mayGrowMiB = 40;
const mayKeepDescriptors = 4;

/** Lets servers and clients come and go, and asserts that the front end keeps nothing of them. */
export async function soak(cluster: Cluster, forMs: number): Promise<void> {
  await cluster.waitUntilUp();
  for (const { host } of cluster.backends) {
    await Deno.writeFile(`${host.directory}/html/large`, new Uint8Array(4 * 1024 ** 2));
  }
  await comeAndGo(cluster, warmUpMs);
  const before = await atRest(cluster);
  print(`After ${warmUpMs / 1000} s: ${describe(before)}`);
  await comeAndGo(cluster, forMs);
  const after = await atRest(cluster);
  print(`After ${Math.round(forMs / 1000)} s more: ${describe(after)}`);
  assertLess(after.residentMiB, before.residentMiB + mayGrowMiB);
  assertLess(after.descriptors, before.descriptors + mayKeepDescriptors);
}

/** Clients and servers at their worst for a time. */
async function comeAndGo(cluster: Cluster, forMs: number): Promise<void> {
  const { client, frontendHost } = cluster;
  const target = [frontendHost.address, "80", String(restlessClients)];
  const restless = client.start({
    name: "restless clients",
    command: Deno.execPath(),
    args: ["run", "--allow-net", program, ...target],
  });
  const load = cluster.startLoad({ perSecond: freshPerSecond });
  const churn = await churnServers(cluster, forMs);
  const results = await load.end();
  assertEquals((await restless.end("SIGTERM")).code, 0, await restless.log());
  const failures = results.filter(({ failure }) => failure !== null);
  const slowestMs = Math.max(...results.map(({ ms }) => ms));
  print(`Servers: ${JSON.stringify(Object.fromEntries(churn))}`);
  print(`Clients: ${(await restless.log()).trim()}`);
  print(
    `Fresh connections: ${results.length}, ${failures.length} failed, the slowest took ` +
      `${Math.round(slowestMs)} ms`,
  );
  // An answer that a killed server had begun is lost; there is hardly ever one.
  const killed = churn.get("web server killed") ?? 0;
  assert(failures.length <= killed, JSON.stringify(failures));
}

/** What the front end takes once no client is left. */
async function atRest(cluster: Cluster): Promise<Footprint> {
  await waitFor("the connections to end", async () => {
    const rows = await cluster.rows();
    return rows.every(({ activeConnections }) => activeConnections === 0) || null;
  }, { withinMs: 20_000 });
  // Some of what is garbage goes only with time.
  await pause(3_000);
  return footprint(cluster.frontend);
}

function describe({ residentMiB, descriptors, cpuSeconds }: Footprint): string {
  return `${residentMiB.toFixed(0)} MiB, ${descriptors} descriptors, ` +
    `${cpuSeconds.toFixed(0)} s of processor time`;
}
