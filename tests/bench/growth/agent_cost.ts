import { Lan } from "../../network/lan.ts";
import { startWebServer } from "../../network/cluster.ts";
import { pause, waitFor } from "../../wait_for.ts";
import { type Memory, memoryOf } from "./memory.ts";
import { usageDuring } from "./processor_time.ts";

const calmMs = 10_000;
const measuredMs = 20_000;

/** What an agent costs its server that is probed once a second. */
export interface AgentCost {
  readonly cores: number;
  readonly memory: Memory;
}

/** Starts an agent beside a web server and a front end that probes it, and measures it. */
export async function measureAgent(
  executables: { readonly agent: string; readonly frontend: string },
): Promise<AgentCost> {
  await using lan = await Lan.open();
  const frontendHost = await lan.attach("frontend");
  const server = await lan.attach("server");
  await Deno.mkdir(`${server.directory}/html`);
  await Deno.writeTextFile(`${server.directory}/html/index.html`, "served\n");
  await startWebServer(server);
  const agent = server.start({ name: "agent", command: executables.agent, args: [] });
  const frontend = frontendHost.start({ name: "front", command: executables.frontend, args: [] });
  await waitFor(
    "the server to be up",
    async () => (await frontend.log()).includes(" is up ") || null,
    {
      withinMs: 20_000,
    },
  );
  await pause(calmMs);
  const { cores } = await usageDuring(agent.pid, () => pause(measuredMs));
  return { cores, memory: memoryOf(agent.pid) };
}
