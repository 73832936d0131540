import { assert, assertEquals, assertGreater, assertLessOrEqual } from "@std/assert";
import { waitFor } from "../wait_for.ts";
import { type Cluster, startProgram, startWebServer } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import type { Host } from "./lan.ts";
import { refusals } from "./refusals.ts";

const program = new URL("rogue.ts", import.meta.url).pathname;
const oldKey = "5d1fa4b0c8e94d7796a0b1c2d3e4f5061728394a5b6c7d8e";
const newKey = "00112233445566778899aabbccddeeff0011223344556677";

/** What a rogue machine did and got for it. */
interface Loot {
  readonly heard: number;
  readonly sent: number;
  readonly probeBytes: number;
  readonly answers: number;
  readonly answerBytes: number;
}

/** What the rogue prints once it has heard four rounds of probes, and sent some itself. */
const spoken = "spoken\n";

/** Lets a rogue machine speak for some seconds while clients connect. */
async function letRogueSpeak(cluster: Cluster, host: Host, key: string) {
  const targets = cluster.backends.map(({ host }) => host.address);
  const load = cluster.startLoad();
  const rogue = host.start({
    name: "rogue",
    command: Deno.execPath(),
    args: ["run", "--allow-all", program, host.address, key, ...targets],
  });
  await waitFor("the rogue to have spoken", async () => {
    return (await rogue.log()).includes(spoken) || null;
  }, { withinMs: 30_000 });
  const rows = await cluster.rows();
  await rogue.end("SIGTERM");
  const loot: Loot = JSON.parse((await rogue.log()).replace(spoken, ""));
  return { loot, row: rows.find(({ address }) => address === host.address), load };
}

/** Gives a program other settings, as after an edit of its environment file. */
async function restart(cluster: Cluster, settings: Record<string, string>): Promise<void> {
  const backend = cluster.backend("one");
  await Promise.all([cluster.frontend.end("SIGTERM"), backend.agent.end("SIGTERM")]);
  backend.agent = startProgram(backend.host, "agent", settings);
  cluster.frontend = startProgram(cluster.frontendHost, "frontend", settings);
  await cluster.waitUntilUp();
}

testCluster("beside a rogue machine", { backends: ["one"] }, async (cluster, step) => {
  const rogueHost = await cluster.lan.attach("rogue");
  await Deno.mkdir(`${rogueHost.directory}/html`);
  for (const file of ["index.html", "name.txt"]) {
    await Deno.writeTextFile(`${rogueHost.directory}/html/${file}`, "rogue\n");
  }
  await startWebServer(rogueHost);

  /** It is as if it were not there: no row, no connection, no answer. */
  const assertPowerless = async (key: string) => {
    const { loot, row, load } = await letRogueSpeak(cluster, rogueHost, key);
    const results = await load.end();
    assertEquals(loot.answers, 0);
    assertEquals(row, undefined);
    assert(results.length > 50 && results.every(({ server }) => server === "one"));
    for (const kind of ["frontend", "agent"] as const) {
      const daemon = kind === "frontend" ? cluster.frontend : cluster.backend("one").agent;
      assertGreater((await refusals(daemon, kind)).get("unknown-key") ?? 0, 0, kind);
    }
  };

  await step("while keys are changed, who has the old one is one of us", async () => {
    await restart(cluster, { LB_KEY: newKey, LB_KEY_PREVIOUS: oldKey });
    const { loot, row, load } = await letRogueSpeak(cluster, rogueHost, oldKey);
    await load.end();
    assertGreater(loot.answers, 0);
    assertEquals(row?.state, "up");
    // One probe to the group is answered once by each agent, and there is one.
    assertLessOrEqual(loot.answerBytes, loot.probeBytes);
  });

  await step("a stolen key is worth nothing once it is taken out of use", async () => {
    await restart(cluster, { LB_KEY: newKey });
    await assertPowerless(oldKey);
  });

  await step("without any key it learns nothing and draws no connection", async () => {
    await assertPowerless("");
  });

  await step("where no key is set, anyone can offer a server: the log warns of it", async () => {
    await restart(cluster, {});
    const { loot, row, load } = await letRogueSpeak(cluster, rogueHost, "");
    await load.end();
    assertGreater(loot.answers, 0);
    assertEquals(row?.state, "up");
    assert(/LB_KEY is not set/.test(await cluster.frontend.log()));
  });
});
