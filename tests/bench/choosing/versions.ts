import { machineFacts } from "../machine_facts.ts";
import { peerVersions } from "./contestants.ts";

/** What takes part, from the machine up, one sentence for each. */
export async function versions(): Promise<string[]> {
  const { processors, model, kernel, system } = machineFacts();
  return [
    `${processors} cores (${model}), Linux ${kernel}, ${system}`,
    `lb from source, Deno ${Deno.version.deno}, LB_WORKERS=1, no other setting but LB_POLICY and LB_ENGINE`,
    ...await peerVersions(),
  ];
}
