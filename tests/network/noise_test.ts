import { assertEquals, assertGreater, assertLess } from "@std/assert";
import { pause } from "../wait_for.ts";
import { print, testCluster } from "./cluster_test_case.ts";
import { tell } from "./tell.ts";

const program = new URL("noise_sender.ts", import.meta.url).pathname;
/** As many as fill a socket's buffer at once, and so often that every round has some. */
const [perBurst, everyMs] = [1_500, 400];
/** Without noise it takes 2.3 s: three rounds of silence, the first of which may have begun. */
const noticedWithinMs = 3_500;

testCluster("under bursts of tiny datagrams", { backends: ["one", "two"] }, async (cluster) => {
  await cluster.waitUntilUp();
  await pause(4_000);
  const attacker = await cluster.lan.attach("attacker");
  const target = `${cluster.frontendHost.address}:8888`;
  const amount = [perBurst, everyMs, 14_000].map(String);
  const command = ["run", "--allow-all", program, attacker.address, target, ...amount];
  const noise = attacker.run(Deno.execPath(), ...command);
  await pause(2_000);
  const diedAt = performance.now();
  await cluster.backend("two").host.setLink("down");
  await cluster.waitForState("two", ["down"], 12_000);
  const took = performance.now() - diedAt;
  const sent = Number(await noise);
  const status = JSON.parse(await tell(cluster.frontend, "frontend", "status", "--json"));
  print(`${sent} datagrams; the dead machine was noticed after ${Math.round(took)} ms`);
  assertEquals((await cluster.row("one"))?.state, "up");
  assertLess(took, noticedWithinMs);
  assertGreater(status.filtered, 0.9 * sent, "they are counted as what they are");
  const metrics = await cluster.get("/metrics");
  assertEquals(/^lb_monitor_rounds_lossy_total (\d+)$/m.exec(metrics)?.[1], "0");
});
