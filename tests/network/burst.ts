import { assert, assertEquals } from "@std/assert";
import { engineNames } from "../../lib/config/settings.ts";
import type { BurstResult } from "./burst_clients.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";

const program = new URL("burst_clients.ts", import.meta.url).pathname;

/** Something that takes a whole core. */
function burn({ client }: Cluster): AsyncDisposable {
  const args = ["-c", "while :; do :; done"];
  return client.start({ name: "burner", command: "sh", args });
}

async function burst({ client, frontendHost }: Cluster, clients: number): Promise<BurstResult> {
  const target = [frontendHost.address, "80", String(clients)];
  const args = ["run", "--allow-net", program, ...target];
  const daemon = client.start({ name: "burst", command: Deno.execPath(), args });
  assert((await daemon.ending).success, await daemon.log());
  return JSON.parse(await daemon.log());
}

/** Declares the test, for each engine of our own, while other programs take all cores. */
export function testBurst({ clients }: { readonly clients: number }): void {
  for (const engine of engineNames.filter((name) => name === "deno" || name === "epoll")) {
    const options = { backends: ["one", "two"], frontendSettings: { LB_ENGINE: engine } };
    const name = `${clients} clients at once on a busy machine are all served (${engine})`;
    testCluster(name, options, async (cluster) => {
      await cluster.waitUntilUp();
      await using burners = new AsyncDisposableStack();
      for (let core = 0; core < navigator.hardwareConcurrency; core++) burners.use(burn(cluster));
      const { served, failures, lastMs } = await burst(cluster, clients);
      print(`${engine}: ${served} of ${clients} served, the last one after ${lastMs} ms`);
      assertEquals(failures, {});
      assertEquals(served, clients);
      const lines = (await cluster.frontend.log()).split("\n");
      assertEquals(lines.filter((line) => /ejected|too long/.test(line)), []);
    });
  }
}
