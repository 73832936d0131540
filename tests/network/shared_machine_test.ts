import { assert, assertEquals, assertGreater } from "@std/assert";
import { readRows } from "../backend_row.ts";
import { pause, waitFor } from "../wait_for.ts";
import { startProgram } from "./cluster.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import type { Daemon } from "./daemon.ts";
import type { Host } from "./lan.ts";
import { tell } from "./tell.ts";

/** The front end of the shared machine; the web server there has port 80. */
const settings = { LB_LISTEN: "8080" };

/** A wall against the multicast of other machines. */
function noMulticastBut(own: string): string {
  const rule = `ip saddr != ${own} ip daddr 239.8.8.8 drop;`;
  return `table inet wall { chain in { type filter hook input priority 0; ${rule} }; }`;
}

/** The states in the table of a machine's front end, by port. */
async function statesAt(host: Host): Promise<string[]> {
  const url = "http://127.0.0.1:8404/api/backends";
  const rows = readRows(await host.run("curl", "-sSf", "--max-time", "3", url));
  return rows.map(({ port, state }) => `${port} ${state}`).toSorted();
}

async function waitForStates(host: Host, expected: readonly string[]): Promise<void> {
  await waitFor(`${expected.join(", ")} at ${host.name}`, async () => {
    return JSON.stringify(await statesAt(host)) === JSON.stringify(expected) || null;
  }, { withinMs: 15_000 });
}

async function statusOf(daemon: Daemon, program: "agent" | "frontend") {
  return JSON.parse(await tell(daemon, program, "status", "--json"));
}

/** Waits until an agent hears at these addresses by unicast, and no others. */
async function waitForUnicast(agent: Daemon, expected: readonly string[]): Promise<void> {
  await waitFor(`the agent to hear at ${expected.join(", ")}`, async () => {
    const { unicast } = await statusOf(agent, "agent");
    return JSON.stringify(unicast.toSorted()) === JSON.stringify(expected.toSorted()) || null;
  }, { withinMs: 8_000 });
}

testCluster("on a machine with an agent and a front end", { backends: ["both"] }, async (
  cluster,
  step,
) => {
  await cluster.waitUntilUp();
  const backend = cluster.backend("both");
  const { host } = backend;
  const loopback = "127.0.0.1";
  let frontend: Daemon;

  await step("the front end that comes second is left its address", async () => {
    await waitForUnicast(backend.agent, [loopback, host.address]);
    frontend = startProgram(host, "frontend", settings);
    await waitForStates(host, ["80 up"]);
    await waitForUnicast(backend.agent, [loopback]);
  });

  await step("another one, which multicast does not reach, is answered through it", async () => {
    await host.run("nft", noMulticastBut(host.address));
    await cluster.frontend.end("SIGTERM");
    cluster.frontend = startProgram(cluster.frontendHost, "frontend", { LB_PEERS: host.address });
    await cluster.waitForState("both", ["up"], 10_000);
    const content = await cluster.fetchThroughFrontend("name.txt");
    assertEquals(content, backend.site.get("name.txt"));
    await pause(3_000);
    const { passedOn } = await statusOf(frontend, "frontend");
    print(`passed on: ${JSON.stringify(passedOn)}`);
    assertGreater(passedOn.reports, 2);
    assertEquals(passedOn.leftOut, 0);
    assertEquals(await statesAt(host), ["80 up"], "what was passed on is not in its own table");
    // Each was answered, but for the one that is under way.
    assert(passedOn.probes - passedOn.reports <= 2, JSON.stringify(passedOn));
  });

  await step(
    "while that front end is restarted, the other one goes on with the server",
    async () => {
      const load = cluster.startLoad();
      await frontend.end("SIGTERM");
      await waitForUnicast(backend.agent, [loopback, host.address]);
      assertEquals((await cluster.row("both"))?.state, "up");
      frontend = startProgram(host, "frontend", settings);
      await waitForStates(host, ["80 up"]);
      await pause(3_000);
      assertEquals((await cluster.row("both"))?.state, "up");
      assertEquals((await load.end()).filter(({ failure }) => failure !== null), []);
    },
  );

  await step("an agent that comes second is heard by both", async () => {
    await backend.agent.end("SIGTERM");
    backend.agent = startProgram(host, "agent");
    await waitForStates(host, ["80 up"]);
    await cluster.waitForState("both", ["up"], 10_000);
    await waitForUnicast(backend.agent, [loopback]);
  });

  await step("a second agent answers, too, and takes over what the first one leaves", async () => {
    const control = `${host.directory}/second.sock`;
    const second = startProgram(host, "agent", { LB_SERVICES: "8404", LB_CONTROL: control });
    await waitForStates(host, ["80 up", "8404 down"]);
    await backend.agent.end("SIGTERM");
    await waitFor("the second agent to take over", async () => {
      const status = await tell(second, "agent", "status", "--json", `--control=${control}`);
      return JSON.parse(status).unicast.includes(loopback) || null;
    }, { withinMs: 8_000 });
  });
});
