import { assertEquals } from "@std/assert";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";
import type { Host } from "./lan.ts";
import type { Theft } from "./port_thief.ts";

const program = new URL("port_thief.ts", import.meta.url).pathname;
const nothing: Theft = { uid: 65_534, bound: 0, stolen: 0 };

/** Lets a local user of a machine try to take a port for some seconds. */
async function steal(host: Host, address = host.address): Promise<Theft> {
  const args = ["run", "--allow-all", "--cached-only", program, address, "8888", "4000"];
  return JSON.parse(await host.run(Deno.execPath(), ...args));
}

testCluster("beside a local user who takes UDP ports", { backends: ["one"] }, async (
  cluster,
  step,
) => {
  await cluster.waitUntilUp();
  const { frontendHost, frontend } = cluster;
  const { host } = cluster.backend("one");

  await step("the front end's port cannot be had, and no server is lost", async () => {
    const load = cluster.startLoad();
    assertEquals(await steal(frontendHost), nothing);
    assertEquals((await cluster.row("one"))?.state, "up");
    const results = await load.end();
    assertEquals(results.filter(({ failure }) => failure !== null), []);
  });

  await step("an agent's addresses cannot be had either", async () => {
    for (const address of [host.address, "127.0.0.1"]) {
      assertEquals(await steal(host, address), nothing, address);
    }
    assertEquals((await cluster.row("one"))?.state, "up");
  });

  await step("a doctor says that the answers come to the front end alone", async () => {
    const findings = await examine(frontend, "frontend");
    const [port] = findings.filter(({ check }) => check === "UDP port 8888");
    assertEquals(port?.verdict, "ok", port?.saw);
  });
});
