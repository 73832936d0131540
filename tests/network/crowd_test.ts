import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { attachCrowd, crowdSettings, startCrowd } from "./crowd_host.ts";
import { footprint } from "./footprint.ts";
import { refusals } from "./refusals.ts";

/** What the protocol is laid out for. */
const size = 1000;
const calmSeconds = 4;
/** A thousand agents in one program are late now and then where the machine is busy otherwise. */
const mayChange = size / 20;

const options = { backends: [], frontendSettings: crowdSettings };

testCluster("when a thousand agents appear at once", options, async (cluster, step) => {
  const host = await attachCrowd(cluster.lan, cluster.frontendHost);
  const countUp = async () => {
    return (await cluster.rows()).filter(({ state }) => state === "up").length;
  };
  const crowd = startCrowd(host, size);

  await step("all are up within seconds", async () => {
    await waitFor("the first", async () => (await cluster.rows()).length > 0 || null, {
      withinMs: 10_000,
    });
    const since = performance.now();
    await waitFor("all to be up", async () => await countUp() === size || null, {
      withinMs: 25_000,
    });
    print(`${size} agents were up ${Math.round(performance.now() - since)} ms after the first`);
  });

  await step("they stay up, and the front end is not kept busy", async () => {
    await pause(2000);
    const before = footprint(cluster.frontend);
    const up: number[] = [];
    for (let second = 0; second < calmSeconds; second++) {
      await pause(1000);
      up.push(await countUp());
    }
    const after = footprint(cluster.frontend);
    const cores = (after.cpuSeconds - before.cpuSeconds) / calmSeconds;
    print(`The front end takes ${cores.toFixed(2)} cores, ${after.residentMiB.toFixed(0)} MiB`);
    assertLess(cores, 0.5);
    print(`Up, second by second: ${up.join(", ")}`);
    assertGreater(Math.min(...up), size - mayChange);
    const refused = await refusals(cluster.frontend, "frontend");
    print(`Refused: ${[...refused].map(([reason, count]) => `${count} ${reason}`).join(", ")}`);
  });

  await step("when all vanish at once, all are down", async () => {
    const { code } = await crowd.end("SIGTERM");
    assertEquals(code, 0);
    print(await crowd.log());
    await waitFor("all to be down", async () => {
      return (await cluster.rows()).every(({ state }) => state === "down") || null;
    }, { withinMs: 10_000 });
  });
});
