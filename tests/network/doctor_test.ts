import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding, Verdict } from "../../lib/diagnosis/finding.ts";
import { findCommand } from "../find_command.ts";
import { prepareNginx } from "../site/nginx.ts";
import { waitFor } from "../wait_for.ts";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";
import { tell } from "./tell.ts";

/** The finding of a check; the text of all that there are where it is missing. */
function findingOf(findings: readonly Finding[], check: string): Finding {
  const found = findings.find((finding) => finding.check === check);
  assert(found !== undefined, `Expected a finding about ${check}: ${JSON.stringify(findings)}`);
  return found;
}

/** Asserts what a check found, and words of what it saw and of the remedy. */
function assertFinding(
  findings: readonly Finding[],
  check: string,
  { verdict, words = [] }: { readonly verdict: Verdict; readonly words?: readonly string[] },
): void {
  const { saw, remedy = "", ...found } = findingOf(findings, check);
  assertEquals(found.verdict, verdict, saw);
  for (const word of words) assertStringIncludes(`${saw} ${remedy}`, word);
}

/** The checks that found a failure. */
function failed(findings: readonly Finding[]): string[] {
  return findings.filter(({ verdict }) => verdict === "failure").map(({ check }) => check);
}

const firewall = (rule: string) => `table inet wall { chain in { ${rule} }; }`;
const inputDrops = firewall("type filter hook input priority 0; udp dport 8888 drop;");
const outputDrops = firewall("type filter hook output priority 0; udp dport 8888 drop;");
const groupDrops = firewall("type filter hook input priority 0; ip daddr 239.8.8.8 drop;");

testCluster("what a doctor finds", { backends: ["one", "two"] }, async (cluster, step) => {
  await cluster.waitUntilUp();
  const { frontend, frontendHost } = cluster;
  const [one, two] = [cluster.backend("one"), cluster.backend("two")];

  await step("nothing, where all is well", async () => {
    const atFrontend = await examine(frontend, "frontend");
    assertEquals(failed(atFrontend), []);
    const addresses = [one.host.address, two.host.address];
    assertFinding(atFrontend, "agents", { verdict: "ok", words: addresses });
    assertFinding(atFrontend, "servers", { verdict: "ok", words: ["2 of 2"] });
    assertFinding(atFrontend, "port 80", { verdict: "ok", words: ["accepted"] });
    // All machines of this network share one /etc/machine-id.
    assertFinding(atFrontend, "identities", { verdict: "warning", words: addresses });
    const atAgent = await examine(one.agent, "agent");
    assertEquals(failed(atAgent), []);
    assertFinding(atAgent, "front ends", { verdict: "ok", words: [frontendHost.address] });
    assertFinding(atAgent, "membership", { verdict: "ok", words: ["eth0"] });
  });

  await step("a firewall that lets no probes and answers in", async () => {
    await frontendHost.run("nft", inputDrops);
    const findings = await examine(frontend, "frontend");
    await frontendHost.run("nft", "delete table inet wall");
    assertFinding(findings, "firewall", { verdict: "failure", words: ["8888", "accept"] });
    assertFinding(findings, "multicast on eth0", { verdict: "failure", words: ["firewall"] });
  });

  await step("a firewall that lets no probes out", async () => {
    await frontendHost.run("nft", outputDrops);
    const findings = await examine(frontend, "frontend");
    await frontendHost.run("nft", "delete table inet wall");
    assertFinding(findings, "multicast on eth0", { verdict: "failure", words: ["going out"] });
  });

  await step("a network that lets no multicast through", async () => {
    await one.host.run("nft", groupDrops);
    const findings = await examine(frontend, "frontend");
    await one.host.run("nft", "delete table inet wall");
    const silent = findings.filter(({ check, verdict }) =>
      check === "agents" && verdict === "failure"
    );
    assertEquals(silent.length, 1, JSON.stringify(findings));
    assertFinding(silent, "agents", {
      verdict: "failure",
      words: [`LB_PEERS=${one.host.address} `],
    });
  });

  await step("a service that is down, and a server that was drained", async () => {
    await one.webServer.end("SIGQUIT");
    await cluster.waitForState("one", ["down"], 10_000);
    const drained = `${two.host.address}:80`;
    await tell(frontend, "frontend", "drain", drained);
    await cluster.waitForState("two", ["draining"], 5_000);
    const atFrontend = await examine(frontend, "frontend");
    const place = `server ${one.host.address}:80`;
    assertFinding(atFrontend, place, { verdict: "warning", words: ["nothing listens"] });
    assertFinding(atFrontend, `server ${two.host.address}:80`, {
      verdict: "warning",
      words: ["undrain"],
    });
    assertFinding(atFrontend, "servers", { verdict: "failure", words: ["0 of 2"] });
    const atAgent = await examine(one.agent, "agent");
    assertFinding(atAgent, "service on port 80", { verdict: "failure", words: ["nothing"] });
    await tell(frontend, "frontend", "undrain", drained);
  });

  await step("a service that listens on the loopback interface only", async () => {
    const { directory } = one.host;
    const listen = "127.0.0.1:80";
    one.webServer = one.host.start({
      name: "nginx",
      command: findCommand("nginx") ?? "nginx",
      args: await prepareNginx({ directory, root: `${directory}/html`, listen }),
    });
    const findings = await examine(one.agent, "agent");
    assertFinding(findings, "service on port 80", {
      verdict: "failure",
      words: ["127.0.0.1 only"],
    });
  });

  await step("bridges that forget, few local ports, and settings that do not fit", async () => {
    await frontendHost.run("ip", "link", "add", "br9", "type", "bridge", "mcast_snooping", "1");
    await frontendHost.run("sysctl", "-qw", "net.ipv4.ip_local_port_range=40000 40999");
    const settings = { LB_INTERFACES: "eth0,eth7" };
    const findings = await examine(frontend, "frontend", { settings });
    assertFinding(findings, "bridges", { verdict: "warning", words: ["br9", "mcast_querier"] });
    assertFinding(findings, "local ports", { verdict: "warning", words: ["1000"] });
    assertFinding(findings, "interfaces", { verdict: "failure", words: ["eth7", "eth0"] });
  });

  await step("another program on the port for clients, and few files", async () => {
    await frontend.end("SIGTERM");
    const { directory } = frontendHost;
    const nginx = frontendHost.start({
      name: "nginx",
      command: findCommand("nginx") ?? "nginx",
      args: await prepareNginx({ directory, root: directory, listen: "80" }),
    });
    await waitFor("nginx", () => frontendHost.run("curl", "-sS", "http://127.0.0.1/"), {
      withinMs: 5_000,
    });
    const wrapped = ["prlimit", "--nofile=512:512"];
    const findings = await examine(nginx, "frontend", { wrapped });
    assertFinding(findings, "lb-frontend", { verdict: "warning", words: ["not running"] });
    assertFinding(findings, "port 80", { verdict: "failure", words: ["nginx (pid "] });
    assertFinding(findings, "open files", { verdict: "warning", words: ["LimitNOFILE"] });
  });

  await step("a machine without a network, and one that nobody probes", async () => {
    await two.host.setLink("down");
    const cutOff = await examine(two.agent, "agent");
    assertFinding(cutOff, "interfaces", { verdict: "failure" });
    await waitFor("the agent to miss its front end", async () => {
      const { monitors } = JSON.parse(await tell(one.agent, "agent", "status", "--json"));
      return monitors.every(({ live }: { live: boolean }) => !live) || null;
    }, { withinMs: 20_000 });
    const unprobed = await examine(one.agent, "agent");
    assertFinding(unprobed, "front ends", { verdict: "failure", words: ["LB_PEERS"] });
  });
});

const settings = { LB_KEY: "5d1fa4b0c8e94d7796a0b1c2d3e4f5061728394a5b6c7d8e" };

testCluster(
  "where keys differ a doctor names the machines",
  { backends: [], frontendSettings: settings },
  async (cluster) => {
    await cluster.addBackend("ours", settings);
    const keyless = await cluster.addBackend("keyless");
    await cluster.waitForState("ours", ["up"], 10_000);
    const atFrontend = await examine(cluster.frontend, "frontend", { settings });
    assertFinding(atFrontend, "keys", { verdict: "failure", words: [keyless.host.address] });
    assertFinding(atFrontend, "agents", {
      verdict: "ok",
      words: [cluster.backend("ours").host.address],
    });
    const atAgent = await examine(keyless.agent, "agent");
    assertFinding(atAgent, "keys", {
      verdict: "failure",
      words: [cluster.frontendHost.address, "same LB_KEY"],
    });
    assertFinding(atAgent, "key", { verdict: "warning", words: ["keygen"] });
  },
);
