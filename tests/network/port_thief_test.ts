import { assertEquals } from "@std/assert";
import { waitFor } from "../wait_for.ts";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";
import { InstalledFrontend } from "./installed_frontend.ts";
import { nothingStolen, steal } from "./port_theft.ts";

const reloads = 5;

testCluster("beside a local user who takes UDP ports", { backends: ["one"] }, async (
  cluster,
  step,
) => {
  await cluster.waitUntilUp();
  const { frontendHost, frontend } = cluster;
  const { host } = cluster.backend("one");

  await step("the front end's port cannot be had, and no server is lost", async () => {
    const load = cluster.startLoad();
    assertEquals(await steal(frontendHost), nothingStolen);
    assertEquals((await cluster.row("one"))?.state, "up");
    const results = await load.end();
    assertEquals(results.filter(({ failure }) => failure !== null), []);
  });

  await step("an agent's addresses cannot be had either", async () => {
    for (const address of [host.address, "127.0.0.1"]) {
      assertEquals(await steal(host, { address }), nothingStolen, address);
    }
    assertEquals((await cluster.row("one"))?.state, "up");
  });

  await step("a doctor says that the answers come to the front end alone", async () => {
    const findings = await examine(frontend, "frontend");
    const [port] = findings.filter(({ check }) => check === "UDP port 8888");
    assertEquals(port?.verdict, "ok", port?.saw);
  });
});

testCluster("beside a local user who takes UDP ports at a reload", { backends: ["one"] }, async (
  cluster,
  step,
) => {
  const { frontendHost } = cluster;
  await cluster.frontend.end("SIGTERM");
  const frontend = await InstalledFrontend.start(frontendHost);
  await waitFor("the installed front end", () => cluster.get("/healthz"), { withinMs: 15_000 });
  await cluster.waitUntilUp();

  await step("the port cannot be had while it passes to the successor", async () => {
    const load = cluster.startLoad();
    const stealing = steal(frontendHost, { forMs: 20_000 });
    for (let reload = 0; reload < reloads; reload++) {
      const { pid } = await frontend.serving();
      await frontend.reload();
      assertEquals((await frontend.serving()).pid === pid, false);
      assertEquals((await cluster.row("one"))?.state, "up");
    }
    assertEquals(await stealing, nothingStolen);
    const results = await load.end();
    assertEquals(results.filter(({ failure }) => failure !== null), []);
    const metrics = await cluster.get("/metrics");
    assertEquals(/^lb_monitor_addresses_shared (\d+)/m.exec(metrics)?.[1], "0");
  });
});
