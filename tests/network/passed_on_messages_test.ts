import { assert, assertEquals, assertGreater } from "@std/assert";
import { type BackendRow } from "../backend_row.ts";
import { pause } from "../wait_for.ts";
import { type Cluster, startProgram, startWebServer } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import type { Daemon } from "./daemon.ts";
import type { Host } from "./lan.ts";
import { refusals } from "./refusals.ts";
import { runCommand } from "./run_command.ts";

const program = new URL("passing_on.ts", import.meta.url).pathname;
const key = { LB_KEY: "5d1fa4b0c8e94d7796a0b1c2d3e4f5061728394a5b6c7d8e" };
/** A network that the front end has no part in. */
const [farAgent, farAttacker] = ["10.99.0.11", "10.99.0.66"];

/** Gives a machine a web server whose pages bear its name. */
async function serve(host: Host): Promise<void> {
  await Deno.mkdir(`${host.directory}/html`);
  for (const file of ["index.html", "name.txt"]) {
    await Deno.writeTextFile(`${host.directory}/html/${file}`, `${host.name}\n`);
  }
  await startWebServer(host);
}

/** Moves a machine to a network that it shares with one other alone, which is its router there. */
async function isolate(host: Host, router: Host): Promise<void> {
  await host.unplug();
  const peer = ["type", "veth", "peer", "name", "far0", "netns", host.namespace];
  await runCommand("ip", "-n", router.namespace, "link", "add", "far0", ...peer);
  for (const [{ namespace }, address] of [[host, farAgent], [router, farAttacker]] as const) {
    await runCommand("ip", "-n", namespace, "address", "add", `${address}/24`, "dev", "far0");
    await runCommand("ip", "-n", namespace, "link", "set", "far0", "up");
  }
  await host.run("ip", "route", "add", "default", "via", farAttacker);
}

function passOn(cluster: Cluster, attacker: Host, own: string[], agents: string[]): Daemon {
  const to = [cluster.frontendHost.address, own.join(","), ...agents];
  const args = ["run", "--allow-all", program, ...to];
  return attacker.start({ name: "passing on", command: Deno.execPath(), args });
}

/** Every state of the table while something goes on, ten times a second. */
async function tableDuring(cluster: Cluster, action: () => Promise<void>): Promise<BackendRow[]> {
  const seen: BackendRow[] = [];
  let isOver = false;
  const over = action().finally(() => isOver = true);
  while (!isOver) {
    seen.push(...await cluster.rows());
    await pause(100);
  }
  await over;
  return seen;
}

const options = { backends: [], frontendSettings: key };

testCluster("beside a machine that passes messages on", options, async (cluster, step) => {
  await cluster.addBackend("one", key);
  await cluster.waitUntilUp();
  const one = cluster.backend("one");
  const attacker = await cluster.lan.attach("attacker");
  await serve(attacker);
  const far = await cluster.lan.attach("far");
  await isolate(far, attacker);
  await serve(far);
  const farDaemon = startProgram(far, "agent", key);
  await pause(2000);

  /** Nobody but the true server was ever in the table, or served anybody. */
  const assertPowerless = async (daemon: Daemon, action: () => Promise<void>) => {
    const load = cluster.startLoad();
    const rows = await tableDuring(cluster, action);
    const results = await load.end();
    await daemon.end("SIGTERM");
    const passed: { probes: number; answers: number } = JSON.parse(await daemon.log());
    assertGreater(passed.probes, 3);
    assertEquals(new Set(rows.map(({ address }) => address)), new Set([one.host.address]));
    assert(results.length > 50, `${results.length} clients`);
    assertEquals(results.filter(({ server }) => server !== "one").length, 0);
    return passed;
  };

  await step("an agent of another network does not answer probes that are passed on", async () => {
    const daemon = passOn(cluster, attacker, [attacker.address, farAttacker], [farAgent]);
    const { answers } = await assertPowerless(daemon, () => pause(5000));
    assertEquals(answers, 0);
    assertGreater((await refusals(farDaemon, "agent")).get("address-mismatch") ?? 0, 3);
  });

  await step("answers to who forges the front end's address are of no use elsewhere", async () => {
    const chain = "type nat hook postrouting priority srcnat;";
    const forge = `oifname far0 udp dport 8888 snat to ${cluster.frontendHost.address}`;
    await attacker.run("nft", `table ip forge { chain out { ${chain} ${forge}; }; }`);
    const daemon = passOn(cluster, attacker, [attacker.address], [farAgent]);
    const { answers } = await assertPowerless(daemon, () => pause(5000));
    await attacker.run("nft", "delete table ip forge");
    assertGreater(answers, 3);
    assertGreater((await refusals(cluster.frontend, "frontend")).get("address-mismatch") ?? 0, 3);
  });

  await step("on one network, an agent's new start opens no window", async () => {
    const daemon = passOn(cluster, attacker, [attacker.address], [one.host.address]);
    const { answers } = await assertPowerless(daemon, async () => {
      for (let time = 0; time < 3; time++) {
        await one.agent.end("SIGKILL");
        one.agent = startProgram(one.host, "agent", key);
        await pause(2500);
      }
    });
    assertEquals(answers, 0);
  });
});
