import { assertLess } from "@std/assert";
import { pause } from "../wait_for.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { signalWebServer } from "./web_server_signal.ts";

/** How long a server that goes on may wait for its first connection, in milliseconds. */
const backWithinMs = 2_000;

/**
 * Has a server hang for some time while clients connect.
 *
 * @returns after how many milliseconds a client came that was served by it again.
 */
async function hangAndGoOn(
  cluster: Cluster,
  { hangsMs, perSecond }: { readonly hangsMs: number; readonly perSecond: number },
): Promise<number> {
  const { host } = cluster.backend("one");
  const load = cluster.startLoad({ perSecond });
  await load.servedBy("one", { since: 0, withinMs: 10_000 });
  await signalWebServer(host, "SIGSTOP");
  await cluster.waitForState("one", ["ejected"], 8_000);
  await pause(hangsMs);
  const since = Date.now();
  await signalWebServer(host, "SIGCONT");
  const { at } = await load.servedBy("one", { since, withinMs: 15_000 });
  await load.end();
  return at - since;
}

testCluster("a server that hangs", { backends: ["one", "two", "three"] }, async (cluster, step) => {
  await cluster.waitUntilUp();

  for (const [hangsMs, perSecond] of [[500, 40], [4_000, 6]] as const) {
    const what = `${perSecond} connections a second, left out for ${hangsMs / 1_000} s`;
    await step(`is back within two seconds after it goes on: ${what}`, async () => {
      const backAfterMs = await hangAndGoOn(cluster, { hangsMs, perSecond });
      print(`Back after ${Math.round(backAfterMs)} ms`);
      assertLess(backAfterMs, backWithinMs);
      await cluster.waitForState("one", ["up"], 5_000);
    });
  }
});
