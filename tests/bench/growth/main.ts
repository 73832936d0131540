/**
 * How the cost of the monitor, of a choice and of an agent grows with the number of servers.
 *
 *     deno run -A tests/bench/growth/main.ts [ROUNDS]
 *
 * As root; it needs nginx, iproute2 and curl, takes three minutes a round and writes
 * `tests/bench/results/growth.md`.
 *
 * @module
 */
import { print } from "../../network/cluster_test_case.ts";
import { machineFacts } from "../machine_facts.ts";
import { type AgentCost, measureAgent } from "./agent_cost.ts";
import { buildExecutables } from "./executables.ts";
import { measureMonitor } from "./monitor_cost.ts";
import { type Growth, report } from "./report.ts";
import { selectionMicros } from "./selection_time.ts";

const rounds = Number(Deno.args[0] ?? 3);
const sizes = [10, 100, 1000];
const resultsPath = new URL("../results/growth.md", import.meta.url);

/** The machine, in a sentence. */
function circumstances(): string {
  const { processors, model, kernel } = machineFacts();
  return `${processors} processors (${model}), Linux ${kernel}, Deno ${Deno.version.deno}.`;
}

const executables = await buildExecutables();
const growth = sizes.map((servers) => ({ servers, rounds: [], selectionMicros: [] })) as {
  [Name in keyof Growth]: Growth[Name] extends readonly (infer One)[] ? One[] : Growth[Name];
}[];
const agents: AgentCost[] = [];
for (let round = 1; round <= rounds; round++) {
  for (const one of growth) {
    const cost = await measureMonitor(one.servers, executables.frontend);
    one.rounds.push(cost);
    one.selectionMicros.push(selectionMicros(one.servers));
    print(`Round ${round}, ${one.servers} servers: ${JSON.stringify(cost)}`);
  }
  const agent = await measureAgent(executables);
  agents.push(agent);
  print(`Round ${round}, agent: ${JSON.stringify(agent)}`);
}
await Deno.writeTextFile(resultsPath, report(growth, agents, circumstances()));
await new Deno.Command(Deno.execPath(), { args: ["fmt", "--quiet", resultsPath.pathname] })
  .output();
print(`Written to ${resultsPath.pathname}`);
