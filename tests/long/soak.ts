/**
 * Servers and clients come and go for a long time, and nothing may be left of them in the front end:
 * no memory, no descriptor, no connection.
 *
 *     deno run -A tests/long/soak.ts [MINUTES]
 *
 * As root; an hour if no time is given.
 *
 * @module
 */
import { Cluster } from "../network/cluster.ts";
import { print } from "../network/cluster_test_case.ts";
import { soak } from "../network/soak.ts";

const minutes = Number(Deno.args[0] ?? 60);

await using cluster = await Cluster.start({ backends: ["one", "two", "three"] });
try {
  await soak(cluster, minutes * 60_000);
} catch (error) {
  print(await cluster.lan.logs());
  throw error;
}
