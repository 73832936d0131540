import { waitFor } from "../../wait_for.ts";
import type { Running } from "./contender.ts";
import type { Sample } from "./figures.ts";
import { memoryKiB } from "./process_tree.ts";

const program = new URL("idle_client.ts", import.meta.url).pathname;
const [some, many] = [1_000, 9_000];

/** How much memory a load balancer takes, without connections and with many that carry nothing. */
export async function measureIdleMemory(running: Running): Promise<Sample> {
  const { daemon } = running;
  if (daemon === null) return {};
  const atRest = memoryKiB(daemon.pid);
  const withSome = await memoryWith(some, running, daemon.pid);
  const withMany = await memoryWith(many, running, daemon.pid);
  return {
    memoryAtRest: atRest / 1024,
    memoryWithSome: withSome / 1024,
    memoryWithMany: withMany / 1024,
    memoryEach: (withMany - withSome) / (many - some),
  };
}

/** The memory of a process while a client holds connections, each of which was used once. */
async function memoryWith(
  connections: number,
  { testbed, address }: Running,
  pid: number,
): Promise<number> {
  const client = testbed.startClient(program, [address, "80", String(connections)]);
  await waitFor(`${connections} idle connections`, async () => {
    if (!client.isRunning) throw new Error(`The client ended: ${await client.log()}`);
    return (await client.log()).includes("open") || null;
  }, { withinMs: 30_000 });
  const memory = memoryKiB(pid);
  await client.end("SIGKILL");
  return memory;
}
