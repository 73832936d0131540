import { assertEquals } from "@std/assert";
import { testCluster } from "./cluster_test_case.ts";

const program = new URL("short_connections.ts", import.meta.url).pathname;

/**
 * So few local ports that each has to serve several times, as 28,000 would have to for tens of
 * thousands of connections a minute.
 */
const ports = "40000 40399";
const connections = 4_000;

testCluster(
  "local ports do not run out, however many short connections clients make",
  { backends: ["one", "two"] },
  async (cluster) => {
    const { client, frontendHost } = cluster;
    await cluster.waitUntilUp();
    await frontendHost.run("sysctl", "-qw", `net.ipv4.ip_local_port_range=${ports}`);
    // What the packages set: a port that waits for stray packets may serve again after a second.
    await frontendHost.run("sysctl", "-qw", "net.ipv4.tcp_tw_reuse=1");
    const access = ["--quiet", "--allow-net", program];
    const target = [frontendHost.address, "80", String(connections)];
    const unanswered = await client.run(Deno.execPath(), "run", ...access, ...target);
    assertEquals(Number(unanswered), 0);
  },
);
