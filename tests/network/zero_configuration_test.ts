import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import { picturePaths } from "../site/site.ts";
import type { BackendRow } from "../backend_row.ts";
import { type Cluster, startProgram } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { pause, waitFor } from "../wait_for.ts";

const names = ["one", "two", "three"];

function assertFraction(value: number | null, what: string): void {
  assert(value !== null && value >= 0 && value <= 1, `${what} is ${value}`);
}

/** Every figure of a healthy backend in this network is known and of a credible size. */
function assertCredible(row: BackendRow): void {
  assertEquals([row.port, row.state], [80, "up"]);
  assertMatch(row.id, /^[0-9a-f]{8}$/);
  assertFraction(row.cpu, "cpu");
  assertFraction(row.ram, "ram");
  assert(row.cores !== null && row.cores > 0 && row.cores <= 4096, `cores are ${row.cores}`);
  assert((row.ramBytes ?? 0) > 1e8, `ramBytes are ${row.ramBytes}`);
  assert(row.rttMs !== null && row.rttMs > 0 && row.rttMs < 50, `rttMs is ${row.rttMs}`);
  assert(row.ageMs !== null && row.ageMs >= 0 && row.ageMs < 3000, `ageMs is ${row.ageMs}`);
  assertEquals(row.acceptQueue, 0);
  assertMatch(row.agentVersion, /^\d+\.\d+\.\d+/);
}

/** Which of the servers a file came from; throws where it is none's. */
function originOf(cluster: Cluster, path: string, content: Uint8Array): string {
  const origin = cluster.backends.find(({ site }) => isSame(site.get(path), content));
  assert(origin !== undefined, `${path}: ${content.length} bytes that no server has`);
  return origin.name;
}

function isSame(a: Uint8Array | undefined, b: Uint8Array): boolean {
  return a !== undefined && a.length === b.length && a.every((byte, at) => byte === b[at]);
}

/** Fetches a file over new connections until it has come from all servers. */
async function fetchFromAll(cluster: Cluster, path: string): Promise<void> {
  const origins = new Set<string>();
  for (let turn = 0; turn < 200 && origins.size < cluster.backends.length; turn++) {
    origins.add(originOf(cluster, path, await cluster.fetchThroughFrontend(path)));
  }
  assertEquals([...origins].sort(), names.toSorted(), `origins of ${path}`);
}

testCluster("without any setting", { backends: names }, async (cluster, step) => {
  await step("the front end finds the three servers by itself", async () => {
    await cluster.waitUntilUp();
    const rows = await cluster.rows();
    assertEquals(
      rows.map(({ address }) => address).sort(),
      cluster.backends.map(({ host }) => host.address).sort(),
    );
    assertEquals(new Set(rows.map(({ id }) => id)).size, 3);
    for (const row of rows) assertCredible(row);
  });

  for (const path of ["index.html", ...picturePaths]) {
    await step(`${path} arrives byte for byte, of each server its own`, async () => {
      await fetchFromAll(cluster, path);
    });
  }

  await step("the bandwidth that the servers use is measured", async () => {
    const load = cluster.startLoad({ perSecond: 50 });
    await waitFor("bandwidth to and from each server", async () => {
      const rows = await cluster.rows();
      const isMoving = ({ bandwidth: { inBps, outBps } }: BackendRow) =>
        (inBps ?? 0) > 0 && (outBps ?? 0) > (inBps ?? 0);
      return rows.every(isMoving) || null;
    }, { withinMs: 10_000 });
    assertEquals((await load.end()).filter(({ failure }) => failure !== null), []);
  });

  await step("the connections of each server are counted", async () => {
    const rows = await cluster.rows();
    for (const row of rows) {
      assert(row.totalConnections > 0, `${row.address} has none`);
      assertEquals([row.activeConnections, row.failedConnections], [0, 0]);
    }
  });

  await step("an agent beside the front end is refused, as it would be a loop", async () => {
    const load = cluster.startLoad();
    const own = startProgram(cluster.frontendHost, "agent");
    const reason = await waitFor("the refusal", () => refusalOfLoop(cluster), { withinMs: 10_000 });
    print(`The loop is refused: ${reason}`);
    await pause(2000);
    assertEquals((await own.end("SIGTERM")).code, 0);
    const results = await load.end();
    assertEquals(results.filter(({ failure }) => failure !== null), []);
    assert(results.length > 80);
  });

  await step("a server that is added is found and used within seconds", async () => {
    const load = cluster.startLoad();
    const since = Date.now();
    await cluster.addBackend("four");
    const { at } = await load.servedBy("four", { since, withinMs: 8000 });
    print(`The new server had its first connection after ${Math.round(at - since)} ms`);
    assertEquals((await load.end()).filter(({ failure }) => failure !== null), []);
    assertNotEquals(await cluster.row("four"), null);
  });
});

/** The reason that names the loop, in the table or in the log; null while there is none. */
async function refusalOfLoop(cluster: Cluster): Promise<string | null> {
  const { address } = cluster.frontendHost;
  const rows = (await cluster.rows()).filter((row) => row.address === address);
  assert(rows.every(({ state }) => state !== "up"), "the front end would use itself");
  const lines = [
    ...rows.map(({ reason }) => reason),
    ...(await cluster.frontend.log()).split("\n"),
  ];
  return lines.find((line) => /\bloop\b/i.test(line)) ?? null;
}
