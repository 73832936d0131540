import { assertEquals, assertGreater } from "@std/assert";
import { waitFor } from "../wait_for.ts";
import { type Cluster, mainModule, type Program } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import type { Daemon } from "./daemon.ts";
import type { Host } from "./lan.ts";
import { nothingStolen, steal } from "./port_theft.ts";

/** Starts a program that may not call the C library. */
function startWithoutFfi(host: Host, program: Program): Daemon {
  const args = ["run", "--allow-all", "--deny-ffi", "--cached-only", mainModule(program)];
  return host.start({ name: program, command: Deno.execPath(), args });
}

async function restartWithoutFfi(cluster: Cluster): Promise<void> {
  await cluster.frontend.end("SIGTERM");
  for (const backend of cluster.backends) {
    await backend.agent.end("SIGTERM");
    backend.agent = startWithoutFfi(backend.host, "agent");
  }
  cluster.frontend = startWithoutFfi(cluster.frontendHost, "frontend");
  await waitFor("the front end", () => cluster.get("/api/backends"), { withinMs: 10_000 });
  await cluster.waitUntilUp();
}

/** How often a daemon says what it does without. */
async function complaints(daemon: Daemon): Promise<number> {
  const said = /warning: Sockets go without the kernel's filter .*: Requires ffi access/g;
  return (await daemon.log()).match(said)?.length ?? 0;
}

testCluster("where programs may not call the C library", { backends: ["one", "two"] }, async (
  cluster,
  step,
) => {
  await step("servers are found, and clients served", async () => {
    await restartWithoutFfi(cluster);
    const load = cluster.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 10_000 });
    await load.servedBy("two", { since: 0, withinMs: 10_000 });
    const results = await load.end();
    assertGreater(results.length, 0);
    assertEquals(results.filter(({ failure }) => failure !== null), []);
  });

  await step("each says once what it goes without", async () => {
    for (const daemon of [cluster.frontend, ...cluster.backends.map(({ agent }) => agent)]) {
      assertEquals(await complaints(daemon), 1, daemon.name);
    }
  });

  await step("nobody else gets their addresses all the same", async () => {
    const { frontendHost } = cluster;
    assertEquals(await steal(frontendHost), nothingStolen);
    assertEquals(await steal(cluster.backend("one").host), nothingStolen);
    assertEquals((await cluster.row("one"))?.state, "up");
  });
});
