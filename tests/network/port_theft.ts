import type { Host } from "./lan.ts";
import type { Theft } from "./port_thief.ts";

const program = new URL("port_thief.ts", import.meta.url).pathname;

/** What a local user without rights should come away with. */
export const nothingStolen: Theft = { uid: 65_534, bound: 0, stolen: 0 };

/** Lets such a user of a machine try to take a UDP port for some time. */
export async function steal(
  host: Host,
  { address = host.address, forMs = 4_000 }: { address?: string; forMs?: number } = {},
): Promise<Theft> {
  const args = ["run", "--allow-all", "--cached-only", program, address, "8888", String(forMs)];
  return JSON.parse(await host.run(Deno.execPath(), ...args));
}
