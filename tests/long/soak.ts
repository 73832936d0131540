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
import { soak } from "../network/soak.ts";

const minutes = Number(Deno.args[0] ?? 60);

await using cluster = await Cluster.start({ backends: ["one", "two", "three"] });
await soak(cluster, minutes * 60_000);
