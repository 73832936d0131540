import { Cluster, type ClusterOptions } from "./cluster.ts";

/** Does a part of a test; after one that fails, the others are passed over. */
export type Step = (name: string, body: () => Promise<void>) => Promise<void>;

/**
 * Declares a test that has a cluster of its own, which is removed afterwards; only root can make
 * one. After a failure the logs of all programs are printed.
 */
export function testCluster(
  name: string,
  options: ClusterOptions,
  body: (cluster: Cluster, step: Step) => Promise<void>,
): void {
  Deno.test({
    name,
    ignore: Deno.uid() !== 0,
    fn: async (context) => {
      await using cluster = await Cluster.start(options);
      let hasFailed = false;
      const step: Step = async (name, fn) => {
        const hasPassed = await context.step({ name, fn, ignore: hasFailed });
        if (!hasPassed) hasFailed = true;
      };
      try {
        await body(cluster, step);
      } catch (error) {
        hasFailed = true;
        throw error;
      } finally {
        if (hasFailed) print(await lookBack(cluster));
      }
    },
  });
}

/** All that may tell why a test failed. */
async function lookBack(cluster: Cluster): Promise<string> {
  const table = await cluster.get("/api/backends").catch((error: Error) => error.message);
  return `${await cluster.lan.logs()}\n--- table\n${table}`;
}

/** Prints something that a test has measured. */
export function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
