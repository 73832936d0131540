import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { pause } from "../wait_for.ts";
import { print, testCluster } from "./cluster_test_case.ts";

const swallow = "table ip swallow { chain input { " +
  "type filter hook input priority 0; tcp dport 80 drop; }; }";

testCluster(
  "a server whose packets vanish costs no client its connection, nor much time",
  { backends: ["one", "two", "three"] },
  async (cluster) => {
    await cluster.waitUntilUp();
    const { host } = cluster.backend("one");
    const load = cluster.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 10_000 });
    await pause(2_000);
    const sinceMs = Date.now();
    await host.run("nft", swallow);
    // Its agent goes on to say that all is well: only connecting tells.
    const { reason } = await cluster.waitForState("one", ["ejected"], 10_000);
    print(`The vanishing packets were noticed after ${Date.now() - sinceMs} ms: ${reason}`);
    await host.run("nft", "delete table ip swallow");
    await cluster.waitForState("one", ["up"], 20_000);
    const results = await load.end();
    assertEquals(results.filter(({ failure }) => failure !== null), []);
    const usual = Math.max(...results.filter(({ at }) => at < sinceMs).map(({ ms }) => ms));
    const slowest = Math.max(...results.filter(({ at }) => at >= sinceMs).map(({ ms }) => ms));
    print(`The slowest connection took ${Math.round(slowest)} ms, ${Math.round(usual)} ms before`);
    assertGreater(results.filter(({ at }) => at >= sinceMs).length, 0);
    assertLess(slowest, usual + 150);
  },
);
