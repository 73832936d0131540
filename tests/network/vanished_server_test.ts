import { assertEquals, assertGreater } from "@std/assert";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { pause, waitFor } from "../wait_for.ts";

const program = new URL("holding_client.ts", import.meta.url).pathname;

/** A client that holds connections to the front end. */
function holdConnections({ client, frontendHost }: Cluster, count: number) {
  const target = [frontendHost.address, "80", String(count)];
  return client.start({
    name: "holding client",
    command: Deno.execPath(),
    args: ["run", "--allow-net", program, ...target],
  });
}

const options = { backends: ["one", "two", "three"] };

testCluster("when a server vanishes in the middle of a connection", options, async (cluster) => {
  await cluster.waitUntilUp();
  await using holder = holdConnections(cluster, 3);
  await waitFor("each server to have a connection", async () => {
    return (await cluster.rows()).every((row) => row.activeConnections === 1) || null;
  }, { withinMs: 10_000 });

  // Without a link it can neither end its connection nor answer that it knows none.
  const { host } = cluster.backend("two");
  await host.unplug();
  await cluster.waitForState("two", ["down", "ejected"], 15_000);
  await holder.end("SIGTERM");
  await host.plugIn();
  await cluster.waitForState("two", ["up"], 15_000);

  const load = cluster.startLoad();
  await pause(8000);
  const results = await load.end();
  assertEquals(results.filter(({ failure }) => failure !== null), []);
  const share = results.filter(({ server }) => server === "two").length / results.length;
  print(`The server that has returned gets ${Math.round(100 * share)}% of the new connections`);
  assertGreater(share, 0.05, "a connection that is dead keeps new ones from the server");
});
