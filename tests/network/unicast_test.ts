import { assertEquals } from "@std/assert";
import { startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { pause } from "../wait_for.ts";

testCluster("where multicast does not pass", { backends: [] }, async (cluster, step) => {
  await step("a server is not found", async () => {
    const { host } = await cluster.addBackend("cut-off");
    const hook = "{ type filter hook input priority 0; }";
    await host.run("nft", `add table ip lb; add chain ip lb input ${hook}`);
    await host.run("nft", "add rule ip lb input ip daddr 239.8.8.8 counter drop");
    // What was heard before the wall was up shall be forgotten.
    await cluster.frontend.end("SIGTERM");
    cluster.frontend = startProgram(cluster.frontendHost, "frontend");
    await pause(4000);
    assertEquals(await cluster.rows(), []);
  });

  await step("with its address in LB_PEERS it is found and used", async () => {
    await cluster.frontend.end("SIGTERM");
    const settings = { LB_PEERS: cluster.backend("cut-off").host.address };
    cluster.frontend = startProgram(cluster.frontendHost, "frontend", settings);
    await cluster.waitForState("cut-off", ["up"], 10_000);
    const content = await cluster.fetchThroughFrontend("name.txt");
    assertEquals(content, cluster.backend("cut-off").site.get("name.txt"));
  });
});
