import { assert, assertEquals, assertLess } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { footprint } from "./footprint.ts";

const program = new URL("dripping_clients.ts", import.meta.url).pathname;
const clients = 400;
const bytesPerSecond = 2;
const forMs = 8_000;

/** What a byte may cost by itself, in seconds of processor time; a fresh connection costs less. */
const mostSecondsPerByte = 100e-6;
/** The rest of what the front end does takes so much of a core at most, here with other work beside. */
const mostAtRest = 0.2;
/** A kibibyte for each direction and what stands around it, and the room that a heap breathes in. */
const mostMiB = 40;

testCluster("clients that drip cost little", { backends: ["one", "two"] }, async (cluster) => {
  await cluster.waitUntilUp();
  const load = cluster.startLoad();
  await pause(2_000);
  const before = footprint(cluster.frontend);
  const dripping = cluster.client.start({
    name: "dripping clients",
    command: Deno.execPath(),
    args: [
      ...["run", "--allow-net", program, cluster.frontendHost.address, "80", String(clients)],
      String(1_000 / bytesPerSecond),
    ],
  });
  await waitFor("all of them to be connected", async () => {
    const rows = await cluster.rows();
    return rows.reduce((sum, { activeConnections }) => sum + activeConnections, 0) >= clients ||
      null;
  }, { withinMs: 10_000 });
  const begun = footprint(cluster.frontend);
  await pause(forMs);
  const ended = footprint(cluster.frontend);
  assertEquals((await dripping.end("SIGTERM")).code, 0);
  assertEquals(Number((await dripping.log()).trim()), clients, "Some of them were cut off");

  const seconds = ended.cpuSeconds - begun.cpuSeconds;
  const bytes = clients * bytesPerSecond * forMs / 1_000;
  print(
    `${clients} clients, ${bytes} bytes: ${seconds.toFixed(2)} s of processor time, ` +
      `${(ended.residentMiB - before.residentMiB).toFixed(0)} MiB`,
  );
  assertLess(seconds, bytes * mostSecondsPerByte + mostAtRest * forMs / 1_000);
  assertLess(ended.residentMiB - before.residentMiB, mostMiB);
  const results = await load.end();
  assert(results.length > 0);
  assertEquals(results.filter(({ failure }) => failure !== null), []);
});
