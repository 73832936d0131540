import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding } from "../../lib/diagnosis/finding.ts";
import { pause } from "../wait_for.ts";
import { startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";
import type { Host } from "./lan.ts";
import { refusals } from "./refusals.ts";

/** Has what leaves a machine for UDP port 8888 bear another of its addresses, as behind NAT. */
async function translate(host: Host, address: string): Promise<void> {
  await host.run("ip", "address", "add", `${address}/24`, "dev", "eth0");
  const chain = "type nat hook postrouting priority srcnat;";
  await host.run(
    "nft",
    `table ip nat8888 { chain out { ${chain} udp sport 8888 snat to ${address}; }; }`,
  );
}

async function translateNoMore(host: Host, address: string): Promise<void> {
  await host.run("nft", "delete table ip nat8888");
  await host.run("ip", "address", "delete", `${address}/24`, "dev", "eth0");
}

function assertNamed(findings: readonly Finding[], ...words: readonly string[]): void {
  const found = findings.find(({ check }) => check === "addresses");
  assert(found !== undefined, JSON.stringify(findings));
  for (const word of words) assertStringIncludes(`${found.saw} ${found.remedy}`, word);
}

testCluster("where addresses are translated", { backends: ["one"] }, async (cluster, step) => {
  await cluster.waitUntilUp();
  const { host } = cluster.backend("one");
  const outside = "10.77.0.200";

  await step("an agent behind NAT is refused, and the front end's doctor says why", async () => {
    await translate(host, outside);
    await cluster.waitForState("one", ["down"], 10_000);
    assert((await refusals(cluster.frontend, "frontend")).has("address-mismatch"));
    const findings = await examine(cluster.frontend, "frontend");
    assertNamed(findings, outside, host.address, "LB_ADVERTISE");
    assertStringIncludes(await cluster.frontend.log(), `says that it is sent from ${host.address}`);
  });

  await step("with LB_ADVERTISE it is used", async () => {
    const backend = cluster.backend("one");
    await backend.agent.end("SIGTERM");
    backend.agent = startProgram(host, "agent", { LB_ADVERTISE: host.address });
    await cluster.frontend.end("SIGTERM");
    // Without a key, the address that it is to be used at has to be named.
    const settings = { LB_BACKEND_NETWORKS: host.address };
    cluster.frontend = startProgram(cluster.frontendHost, "frontend", settings);
    await cluster.waitForState("one", ["up"], 15_000);
    await translateNoMore(host, outside);
  });

  await step("a front end behind NAT gets no answer, and the agent's doctor says why", async () => {
    const { frontendHost } = cluster;
    const { agent } = cluster.backend("one");
    await translate(frontendHost, outside);
    await cluster.frontend.end("SIGTERM");
    cluster.frontend = startProgram(frontendHost, "frontend");
    await pause(4000);
    assertEquals(await cluster.rows(), []);
    assertNamed(await examine(agent, "agent"), outside, frontendHost.address, "NAT");
    assertStringIncludes(
      await agent.log(),
      `says that it is sent from ${frontendHost.address}:8888`,
    );
  });
});
