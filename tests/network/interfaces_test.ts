import { assert, assertEquals } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import { type Cluster, startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";

/** Agents look at their interfaces every 2 s, front ends in every round. */
const noticeMs = 8000;

/**
 * Starts a front end that has never heard of anyone: it finds a server only where multicast reaches
 * the agent.
 */
async function findAnew(cluster: Cluster): Promise<void> {
  await cluster.frontend.end("SIGKILL");
  cluster.frontend = startProgram(cluster.frontendHost, "frontend");
  await cluster.waitUntilUp(noticeMs);
}

async function assertServes(cluster: Cluster): Promise<void> {
  const content = await cluster.fetchThroughFrontend("name.txt");
  assert(cluster.backends.some(({ site }) => {
    return new TextDecoder().decode(site.get("name.txt")) === new TextDecoder().decode(content);
  }));
}

testCluster("when interfaces change", { backends: ["one"] }, async (cluster, step) => {
  await cluster.waitUntilUp();
  const { host, agent } = cluster.backend("one");

  await step("an agent joins again where a device was made anew under its name", async () => {
    await host.unplug();
    await host.plugInAgain();
    await waitFor("the agent to notice", async () => {
      return /membership of 239\.8\.8\.8 on eth0 was lost/.test(await agent.log()) || null;
    }, { withinMs: noticeMs });
    await findAnew(cluster);
    await assertServes(cluster);
  });

  await step("an agent is found under the address that its interface is given", async () => {
    const before = host.address;
    await host.readdress("10.77.0.101");
    await cluster.waitForState("one", ["up"], noticeMs);
    const old = (await cluster.rows()).filter(({ address }) => address === before);
    assert(old.every(({ state }) => state === "down"), "the old address is in use");
    await waitFor("the agent to join there", async () => {
      const hasJoined = /Joined 239\.8\.8\.8:8888 on eth0 \(10\.77\.0\.101\)/;
      return hasJoined.test(await agent.log()) || null;
    }, { withinMs: noticeMs });
    await findAnew(cluster);
    await assertServes(cluster);
  });

  await step("a front end whose interface is gone does not blame the servers", async () => {
    // Everyone knows the hardware address that it has so far.
    await assertServes(cluster);
    await cluster.frontendHost.unplug();
    await waitFor("the front end to notice", async () => {
      return /No longer probing on eth0/.test(await cluster.frontend.log()) || null;
    }, { withinMs: noticeMs });
    await pause(4000);
    assertEquals((await cluster.row("one"))?.state, "up");
    await cluster.frontendHost.plugInAgain();
    await cluster.waitForState("one", ["up"], noticeMs);
    await assertServes(cluster);
  });

  await step("a front end probes from the address that its interface is given", async () => {
    await cluster.frontendHost.readdress("10.77.0.102");
    await waitFor("answers to the new address", async () => {
      const isProbed = /Probed by the front end at 10\.77\.0\.102:8888/;
      return isProbed.test(await agent.log()) || null;
    }, { withinMs: noticeMs });
    await cluster.waitForState("one", ["up"], noticeMs);
    await assertServes(cluster);
  });
});
