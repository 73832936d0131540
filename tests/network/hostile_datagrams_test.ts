import { assert, assertEquals, assertGreater } from "@std/assert";
import { bombard } from "./bombardment.ts";
import { captureDatagrams } from "./capture.ts";
import type { Cluster } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { refusals, totalRefusals } from "./refusals.ts";
import { tell } from "./tell.ts";

const perTarget = 1000;
/** Not so fast that the receivers' buffers overflow: each datagram shall be looked at. */
const perSecond = 2500;
/** Offset of a message's type, and the types (SPECIFICATION.md, "Envelope"). */
const typeOffset = 5;
const [probe, report] = [1, 2];

/** All of the table that rubbish must not change. */
async function essence(cluster: Cluster): Promise<unknown[]> {
  const rows = await cluster.rows();
  return rows.map(({ id, address, port, state }) => ({ id, address, port, state }))
    .toSorted((a, b) => a.address < b.address ? -1 : 1);
}

/** How many datagrams each program has refused. */
async function refusedByAll({ frontend, backends }: Cluster): Promise<Map<string, number>> {
  const counts = new Map([["frontend", await totalRefusals(frontend, "frontend")]]);
  for (const { name, agent } of backends) counts.set(name, await totalRefusals(agent, "agent"));
  return counts;
}

const options = { backends: ["one", "two"] };

testCluster("under rubbish and replayed messages", options, async (cluster, step) => {
  await cluster.waitUntilUp();
  const before = await essence(cluster);
  const everyone = [cluster.frontendHost, ...cluster.backends.map(({ host }) => host)]
    .map(({ address }) => `${address}:8888`);
  const recorded = await captureDatagrams(cluster.frontendHost, { port: 8888, forMs: 2500 });

  await step("the messages that are to be replayed are genuine", () => {
    const types = recorded.map((bytes) => bytes[typeOffset]);
    assert(types.includes(probe) && types.includes(report), `recorded types ${types}`);
    return Promise.resolve();
  });

  const attacker = await cluster.lan.attach("attacker");
  for (const from of [attacker, cluster.backend("one").host]) {
    await step(
      `those from ${from.name} change nothing, get no answer and are counted`,
      async () => {
        const load = cluster.startLoad();
        const earlier = await refusedByAll(cluster);
        const targets = [...everyone, "239.8.8.8:8888"];
        const { answers } = await bombard(from, { recorded, targets, perTarget, perSecond });
        assertEquals(answers, 0);
        assertEquals(await essence(cluster), before);
        const later = await refusedByAll(cluster);
        for (const [name, count] of later) {
          assertGreater(count - (earlier.get(name) ?? 0), perTarget * 0.9, name);
        }
        const results = await load.end();
        assertEquals(results.filter(({ failure }) => failure !== null), []);
        assertGreater(results.length, 20);
      },
    );
  }

  await step(
    "what is no message at all is refused by the kernel, and counted as such",
    async () => {
      for (const { agent } of cluster.backends) {
        const { filtered, dropped } = JSON.parse(await tell(agent, "agent", "status", "--json"));
        assertGreater(filtered, perTarget / 2);
        assertEquals(dropped, 0, "what is filtered is not taken for lost");
      }
      const { filtered } = JSON.parse(await tell(cluster.frontend, "frontend", "status", "--json"));
      assertGreater(filtered, perTarget / 3);
    },
  );

  await step("they are counted by what is wrong with them", async () => {
    const byFrontend = await refusals(cluster.frontend, "frontend");
    const byAgent = await refusals(cluster.backend("two").agent, "agent");
    for (const counts of [byFrontend, byAgent]) {
      print([...counts].map(([reason, count]) => `${count} ${reason}`).join(", "));
      for (const reason of ["forged", "unknown-key"]) {
        assert(counts.has(reason), reason);
      }
    }
    assert(byFrontend.has("unmatched"), "no recorded report was refused");
    for (const counts of [byFrontend, byAgent]) {
      assert(counts.has("address-mismatch"), "nothing was refused for where it came from");
    }
  });

  await step("all programs go on as before", async () => {
    const daemons = [cluster.frontend, ...cluster.backends.map(({ agent }) => agent)];
    assert(daemons.every(({ isRunning }) => isRunning));
    const rows = await cluster.rows();
    assert(rows.every(({ ageMs }) => ageMs !== null && ageMs < 3000), JSON.stringify(rows));
    for (const { name } of cluster.backends) {
      const load = cluster.startLoad();
      await load.servedBy(name, { since: 0, withinMs: 5000 });
      await load.end();
    }
  });
});
