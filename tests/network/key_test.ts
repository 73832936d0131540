import { assert, assertEquals, assertGreater } from "@std/assert";
import { startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { refusals } from "./refusals.ts";
import { pause } from "../wait_for.ts";

const key = "5d1fa4b0c8e94d7796a0b1c2d3e4f5061728394a5b6c7d8e";
const otherKey = "00112233445566778899aabbccddeeff0011223344556677";
const options = { backends: [], frontendSettings: { LB_KEY: key } };

testCluster("with a key of one's own", options, async (cluster, step) => {
  await step("an agent with the same key is used", async () => {
    await cluster.addBackend("ours", { LB_KEY: key });
    await cluster.waitForState("ours", ["up"], 10_000);
  });

  await step("agents with another key, or with none, are not used, and say so", async () => {
    const others = [
      await cluster.addBackend("theirs", { LB_KEY: otherKey }),
      await cluster.addBackend("keyless"),
    ];
    const load = cluster.startLoad();
    await pause(3000);
    assertEquals((await cluster.rows()).length, 1);
    const results = await load.end();
    assert(results.length > 50 && results.every(({ server }) => server === "ours"));
    for (const backend of others) {
      const counts = await refusals(backend.agent, "agent");
      assertGreater(counts.get("unknown-key") ?? 0, 0);
      const lines = (await backend.agent.log()).split("\n");
      assert(lines.some((line) => /LB_KEY/.test(line) && /other|different|not have/.test(line)));
    }
  });

  await step("an agent that is given the right key is used", async () => {
    const backend = cluster.backend("theirs");
    await backend.agent.end("SIGTERM");
    backend.agent = startProgram(backend.host, "agent", { LB_KEY: key });
    await cluster.waitForState("theirs", ["up"], 10_000);
  });
});
