import { agentsPerAddress } from "../../frontend/monitor/intake.ts";
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { FrontendStatus } from "../../frontend/status.ts";
import type { Finding } from "../../lib/diagnosis/finding.ts";
import { waitFor } from "../wait_for.ts";
import { type Cluster, type Settings, startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";
import type { Host } from "./lan.ts";
import type { Offer } from "./offering.ts";
import { tell } from "./tell.ts";

const program = new URL("offering.ts", import.meta.url).pathname;
const key = "5d1fa4b0c8e94d7796a0b1c2d3e4f5061728394a5b6c7d8e";
const elsewhere = "203.0.113.7";

async function status(cluster: Cluster): Promise<FrontendStatus> {
  return JSON.parse(await tell(cluster.frontend, "frontend", "status", "--json"));
}

async function restart(cluster: Cluster, settings: Settings): Promise<void> {
  await cluster.frontend.end("SIGTERM");
  cluster.frontend = startProgram(cluster.frontendHost, "frontend", settings);
  await waitFor("the front end", () => cluster.get("/api/backends"), { withinMs: 10_000 });
}

/** What becomes of offers: the addresses that are left out by reason, and those in the table. */
async function outcome(
  cluster: Cluster,
  hosts: readonly Host[],
  { keyText, offers }: { keyText: string; offers: readonly Offer[] },
) {
  const daemons = hosts.map((host, at) => {
    const own = offers.slice(at * agentsPerAddress, (at + 1) * agentsPerAddress);
    const args = [program, host.address, keyText, String(at), JSON.stringify(own)];
    return host.start({
      name: "offering",
      command: Deno.execPath(),
      args: ["run", "--allow-all", ...args],
    });
  });
  const settled = await waitFor("all offers", async () => {
    const { leftOut, backends } = await status(cluster);
    return leftOut.length + backends.length >= offers.length ? { leftOut, backends } : null;
  }, { withinMs: 15_000 });
  const findings = await examine(cluster.frontend, "frontend", { settings: { LB_KEY: keyText } });
  for (const daemon of daemons) await daemon.end("SIGTERM");
  const places = new Map(
    settled.leftOut.map(({ reason, address, port }) => [`${address}:${port}`, reason] as const),
  );
  const rows = new Map(
    settled.backends.map(({ address, port, state, reason }) =>
      [`${address}:${port}`, `${state}: ${reason}`] as const
    ),
  );
  return { places, rows, findings };
}

function leftOutWords(findings: readonly Finding[]): string {
  return findings.filter(({ check }) => check === "left out")
    .map(({ saw, remedy }) => `${saw}: ${remedy}`).join("\n");
}

testCluster("what strangers and agents offer", { backends: [] }, async (cluster, step) => {
  // From one address come four agents at most.
  const strangers = [await cluster.lan.attach("stranger"), await cluster.lan.attach("another")];
  const ours = cluster.frontendHost.address;
  const neighbour = cluster.client.address;
  const inward: Offer[] = [
    { advertise: "127.0.0.1", port: 8404 },
    { advertise: "::1", port: 8404 },
    { advertise: "169.254.169.254", port: 80 },
  ];

  await step("without a key, a stranger offers itself alone", async () => {
    const offers = [
      { port: 80 },
      ...inward,
      { advertise: ours, port: 8404 },
      { advertise: neighbour, port: 5432 },
      { advertise: elsewhere, port: 80 },
    ];
    const { places, rows, findings } = await outcome(cluster, strangers, { keyText: "", offers });
    assertEquals(
      places,
      new Map<string, string>([
        ["127.0.0.1:8404", "loopback"],
        ["::1:8404", "loopback"],
        ["169.254.169.254:80", "link-local"],
        [`${ours}:8404`, "foreign-address"],
        [`${neighbour}:5432`, "foreign-address"],
        [`${elsewhere}:80`, "foreign-address"],
      ]),
    );
    assertEquals([...rows.keys()], [`${strangers[0]?.address}:80`]);
    const words = leftOutWords(findings);
    for (const word of [`${neighbour}:5432`, "LB_BACKEND_NETWORKS", "LB_ADVERTISE"]) {
      assertStringIncludes(words, word);
    }
    const metrics = await cluster.get("/metrics");
    assert(/lb_monitor_services_left_out_total\{reason="loopback"\} [1-9]/.test(metrics));
    assertStringIncludes(await cluster.frontend.log(), `Left out: ${neighbour}:5432`);
  });

  await step(
    "LB_BACKEND_NETWORKS lets in what it names, and nothing into this machine",
    async () => {
      await restart(cluster, { LB_BACKEND_NETWORKS: `${neighbour},0.0.0.0/1` });
      const offers = [...inward, { advertise: neighbour, port: 5432 }, {
        advertise: elsewhere,
        port: 80,
      }];
      const { places, rows } = await outcome(cluster, strangers, { keyText: "", offers });
      assertEquals(places.get(`${elsewhere}:80`), "outside-networks");
      assertEquals([...rows.keys()], [`${neighbour}:5432`]);
    },
  );

  await step("with the key, agents offer other places, and not the front end itself", async () => {
    await restart(cluster, { LB_KEY: key });
    const offers = [...inward, { advertise: ours, port: 80 }, { advertise: ours, port: 8404 }, {
      advertise: elsewhere,
      port: 80,
    }];
    const { places, rows } = await outcome(cluster, strangers, { keyText: key, offers });
    assertEquals(places.size, inward.length);
    assert(rows.has(`${elsewhere}:80`));
    for (const port of [80, 8404]) {
      assertStringIncludes(rows.get(`${ours}:${port}`) ?? "", "this front end's own");
    }
  });
});
