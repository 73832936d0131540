import { createHash } from "node:crypto";

/**
 * A backend's id: 32 bits that stay the same over restarts and on every front end.
 *
 * @param agent The agent's id.
 * @param port The service's port.
 * @param address Given only where cloned machines share an agent id, to tell them apart.
 */
export function backendId(agent: bigint, port: number, address = ""): number {
  const hash = createHash("sha256").update(`${agent.toString(16)} ${port} ${address}`).digest();
  return hash.readUInt32BE(0);
}
