import { assert, assertEquals, assertGreater, assertLess } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import { ClientLoad } from "./client_load.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import type { ConnectionResult } from "./connection_result.ts";
import { footprint } from "./footprint.ts";
import { InstalledFrontend } from "./installed_frontend.ts";
import { grown, kernelCounters } from "./kernel_counters.ts";
import type { Host } from "./lan.ts";

/** How much is asked of the front end. */
export interface RestartPlan {
  /** Handovers to a new process; before every third one the program is upgraded. */
  readonly restarts: number;
  /** Fresh connections a second, from all clients together. */
  readonly perSecond: number;
}

const upgradeEvery = 3;
const clientNames = ["client-two", "client-three"];

/** Less than the loss of one packet at the start of a connection costs: a second (RFC 6298). */
const mayTakeMs = 900;
/** A successor has the same work to do. */
const mayGrowMiB = 32;

/** By what a connection can be lost or held up on its way in (nstat(8)). */
const telling = [
  "TcpExtListenOverflows",
  "TcpExtListenDrops",
  "TcpExtTCPReqQFullDrop",
  "TcpExtTCPReqQFullDoCookies",
  "TcpExtTCPTimeouts",
  "TcpExtTCPSynRetrans",
  "TcpExtTCPMigrateReqSuccess",
  "TcpExtTCPMigrateReqFailure",
  "TcpExtTCPAbortOnClose",
  "TcpExtEmbryonicRsts",
  "TcpEstabResets",
  "TcpOutRsts",
];

/** Declares the test. */
export function testRestarts({ restarts, perSecond }: RestartPlan): void {
  const options = { backends: ["one", "two"] };
  testCluster("a front end that is restarted under load", options, async (cluster, step) => {
    await cluster.waitUntilUp();
    await step("ends at once when nothing is open", async () => {
      const begun = performance.now();
      assertEquals((await cluster.frontend.end("SIGTERM")).code, 0);
      assertLess(performance.now() - begun, 500);
    });

    // What the package sets: clients in the queue of a listener that is closed move to another's.
    await cluster.frontendHost.run("sysctl", "-qw", "net.ipv4.tcp_migrate_req=1");
    const frontend = await InstalledFrontend.start(cluster.frontendHost);
    await waitFor("the installed front end", () => cluster.get("/healthz"), { withinMs: 15_000 });
    await cluster.waitUntilUp();

    await step(`fails no connection in ${restarts} restarts and upgrades`, async () => {
      await restartUnderLoad(cluster, frontend, { restarts, perSecond });
    });
    await step("keeps the connections that are open", () => keepConnections(cluster, frontend));
  });
}

async function restartUnderLoad(
  cluster: Cluster,
  frontend: InstalledFrontend,
  { restarts, perSecond }: RestartPlan,
): Promise<void> {
  const clients = [cluster.client, ...await attachAll(cluster, clientNames)];
  const before = { of: frontend.controlFiles(), ...await countersOf(cluster, clients) };
  const loads = clients.map((host) => {
    const address = cluster.frontendHost.address;
    return new ClientLoad(host, { address, perSecond: perSecond / clients.length });
  });
  await pause(2000);
  const first = footprint(await frontend.serving());
  const restartedAt: number[] = [];
  for (let restart = 1; restart <= restarts; restart++) {
    const version = restart % upgradeEvery === 0 ? `0.1.${restart}-test` : null;
    if (version !== null) await frontend.installation.upgrade(version);
    restartedAt.push(Date.now());
    await frontend.reload();
    if (version !== null) assertEquals((await frontend.serving()).version, version);
    await pause(300);
  }
  await pause(2000);
  const last = footprint(await frontend.serving());
  const results = (await Promise.all(loads.map((load) => load.end()))).flat();
  const after = await countersOf(cluster, clients);

  print(describe(results, restartedAt));
  print(`Front end: ${JSON.stringify(grown(before.frontend, after.frontend, telling))}`);
  before.clients.forEach((counters, at) => {
    const growth = grown(counters, after.clients[at] ?? counters, telling);
    print(`${clients[at]?.name}: ${JSON.stringify(growth)}`);
  });
  print(`The first process had ${describeFootprint(first)}, the last ${describeFootprint(last)}`);

  assertGreater(results.length, perSecond * restarts / 2);
  assertEquals(results.filter(({ failure }) => failure !== null), []);
  assertEquals(results.filter(({ ms }) => ms > mayTakeMs), []);
  assertEquals(await frontend.processes(), [(await frontend.serving()).pid]);
  assertEquals(frontend.controlFiles(), before.of);
  assertLess(last.residentMiB - first.residentMiB, mayGrowMiB);
  assertLess(last.descriptors - first.descriptors, 8);
}

async function attachAll({ lan }: Cluster, names: readonly string[]): Promise<Host[]> {
  const hosts: Host[] = [];
  for (const name of names) hosts.push(await lan.attach(name));
  return hosts;
}

async function countersOf({ frontendHost }: Cluster, clients: readonly Host[]) {
  return {
    frontend: await kernelCounters(frontendHost),
    clients: await Promise.all(clients.map(kernelCounters)),
  };
}

/** The slowest connections, each with how long after the beginning of a restart it began. */
function describe(results: readonly ConnectionResult[], restartedAt: readonly number[]): string {
  const sorted = results.toSorted((a, b) => b.ms - a.ms);
  const quantile = (part: number) => sorted[Math.floor(sorted.length * part)]?.ms.toFixed(1);
  const slowest = sorted.slice(0, 5).map(({ at, ms }) => {
    const since = at - (restartedAt.findLast((begun) => begun <= at) ?? NaN);
    return `${ms.toFixed(0)} ms (begun ${since.toFixed(0)} ms into a restart)`;
  });
  const failed = results.filter(({ failure }) => failure !== null).length;
  return `${results.length} connections during ${restartedAt.length} restarts, ${failed} failed; ` +
    `the middle one took ${quantile(0.5)} ms, one in a hundred over ${quantile(0.01)} ms; ` +
    `the slowest: ${slowest.join(", ")}`;
}

function describeFootprint({ residentMiB, descriptors }: ReturnType<typeof footprint>): string {
  return `${residentMiB.toFixed(0)} MiB and ${descriptors} descriptors`;
}

const keptConnection = new URL("kept_connection.ts", import.meta.url).pathname;

/** A download at 200 KiB/s, and a connection that is used again and again, over two handovers. */
async function keepConnections(cluster: Cluster, frontend: InstalledFrontend): Promise<void> {
  const { client, frontendHost } = cluster;
  const large = crypto.getRandomValues(new Uint8Array(65_536));
  for (const { host } of cluster.backends) {
    using file = await Deno.open(`${host.directory}/html/large`, { write: true, create: true });
    for (let part = 0; part < 16; part++) await file.write(large);
  }
  const url = `http://${frontendHost.address}/large`;
  const path = `${client.directory}/large`;
  const download = client.run("curl", "-sSf", "--limit-rate", "200k", "-o", path, url);
  const kept = client.start({
    name: "kept connection",
    command: Deno.execPath(),
    args: ["run", "--allow-net", keptConnection, frontendHost.address, "80"],
  });
  await pause(1000);
  await frontend.handOver();
  await pause(500);
  await frontend.handOver();
  assertGreater((await frontend.processes()).length, 1, "nobody holds the open connections");
  await download;
  assertEquals((await Deno.stat(path)).size, 16 * large.length);
  await pause(1000);
  assert(kept.isRunning, await kept.log());
  assertEquals((await kept.end("SIGTERM")).code, 0);
  assertGreater(Number(await kept.log()), 4);
  await waitFor("the old processes to end", async () => {
    return (await frontend.processes()).length === 1 || null;
  }, { withinMs: 10_000 });
}
