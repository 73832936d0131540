import { assert, assertAlmostEquals, assertEquals, assertLess, assertMatch } from "@std/assert";
import type { ClientLoad } from "../network/client_load.ts";
import type { ConnectionResult } from "../network/connection_result.ts";
import { pause, waitFor } from "../wait_for.ts";
import type { Machine } from "./machine.ts";
import { testFleet } from "./fleet_test_case.ts";

/** What a machine may use that is smaller than the one that it runs on. */
const limits = { cores: 0.25, ramBytes: 768 * 2 ** 20 };

/** The connections that were begun after a time and failed. */
async function failuresSince(load: ClientLoad, since: number): Promise<ConnectionResult[]> {
  return (await load.end()).filter(({ at, failure }) => at >= since && failure !== null);
}

/** Kills all processes of a name on a machine. */
async function killAll(machine: Machine, name: string): Promise<void> {
  // Some may end by themselves as soon as the first is gone.
  await machine.shell(`kill -KILL $(pgrep --exact ${name}) || true`);
}

/** Keeps one processor of a machine busy. */
async function spin(machine: Machine): Promise<void> {
  await machine.run("systemd-run", "--quiet", "--unit=spin", "sh", "-c", "while :; do :; done");
}

/** What an agent says of its processors: 0 to 1. */
async function busy(machine: Machine): Promise<number> {
  return JSON.parse(await machine.run("lb-agent", "status", "--json")).cpu.busy;
}

testFleet("while a fleet is in use", async (fleet, step) => {
  await fleet.bootAll("one", "two");

  await step("a backend that is drained at the front end gets no new connections", async () => {
    const { id } = await fleet.waitForState("one", ["up"]);
    await fleet.frontend.run("lb-frontend", "drain", id);
    const since = Date.now();
    const load = await fleet.startLoad();
    await pause(1500);
    const results = await load.end();
    assert(results.every(({ server, at }) => server === "two" || at < since));
    await fleet.frontend.run("lb-frontend", "undrain", `${fleet.machine("one").address}:80`);
    await fleet.waitForState("one", ["up"]);
  });

  await step("a machine that drains itself gets none either, and says so", async () => {
    const one = fleet.machine("one");
    await one.run("lb-agent", "drain");
    await fleet.waitForState("one", ["draining"], 2000);
    const status = await one.run("systemctl", "status", "lb-agent");
    assert(/Status: ".*drain/i.test(status), status);
    await one.run("lb-agent", "undrain");
    await fleet.waitForState("one", ["up"]);
  });

  await step("members of a program's group may steer it, others are told of it", async () => {
    for (
      const [machine, program] of [
        [fleet.frontend, "lb-frontend"],
        [fleet.machine("one"), "lb-agent"],
      ] as const
    ) {
      await machine.shell(`useradd member --groups _${program} && useradd stranger`);
      const as = (user: string, args: string) =>
        machine.shell(`runuser -u ${user} -- ${program} ${args} 2>&1 || echo exit $?`);
      JSON.parse(await as("member", "status --json"));
      assertEquals(
        await as("stranger", "status"),
        `no permission to use /run/${program}/control.sock, the control socket of ${program}: run ` +
          `this as root, or have root add you to the group _${program} which owns it ` +
          `(usermod -aG _${program} NAME), and log in again\nexit 1\n`,
      );
      const socket = await machine.run("stat", "--format=%a %G", `/run/${program}/control.sock`);
      assertEquals(socket, `660 _${program}\n`);
    }
    const steer = (args: string) =>
      fleet.frontend.shell(`runuser -u member -- lb-frontend ${args} 2>&1 || echo exit $?`);
    const place = `${fleet.machine("one").address}:80`;
    assertMatch(await steer(`drain ${place}`), /gets no new connections/);
    await fleet.waitForState("one", ["draining"]);
    assertMatch(await steer(`undrain ${place}`), /gets new connections again/);
    await fleet.waitForState("one", ["up"]);
    assertMatch(
      await steer("drain 10.9.9.9:80"),
      /^there is no backend "10\.9\.9\.9:80"; known backends: .*\bexit 1\n$/s,
    );
  });

  await step("a shell's settings are not those of a service", async () => {
    for (
      const [machine, program] of [
        [fleet.frontend, "lb-frontend"],
        [fleet.machine("one"), "lb-agent"],
      ] as const
    ) {
      const pid = await machine.property(program, "MainPID");
      for (const settings of ["", "LB_PORT=9999 ", "INVOCATION_ID=4711 "]) {
        const said = await machine.shell(`${settings}${program} reload || echo exit $?`);
        assertMatch(said, new RegExp(`run systemctl reload ${program}, as root\nexit 1\n$`));
      }
      assertEquals(await machine.property(program, "MainPID"), pid);
      await machine.run("systemctl", "reload", program);
    }
    await fleet.waitForState("one", ["up"]);
  });

  await step("no connection fails that begins after a web server was killed", async () => {
    const load = await fleet.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 5000 });
    await killAll(fleet.machine("one"), "nginx");
    const since = Date.now();
    await fleet.waitForState("one", ["down", "ejected"], 5000);
    await pause(1000);
    assertEquals(await failuresSince(load, since), []);
    await fleet.machine("one").run("systemctl", "restart", "nginx");
    await fleet.waitForState("one", ["up"]);
  });

  await step("systemd starts a killed agent again, and no connection fails", async () => {
    const one = fleet.machine("one");
    const { id } = await fleet.waitForState("one", ["up"]);
    const load = await fleet.startLoad();
    await one.run("kill", "-KILL", await one.property("lb-agent", "MainPID"));
    await waitFor("another agent", async () => {
      const restarts = await one.property("lb-agent", "NRestarts");
      return restarts === "1" && await one.property("lb-agent", "ActiveState") === "active" || null;
    }, { withinMs: 8000 });
    const since = Date.now();
    await load.servedBy("one", { since, withinMs: 8000 });
    assertEquals((await fleet.waitForState("one", ["up"])).id, id);
    assertEquals(await failuresSince(load, 0), []);
  });

  await step("no connection fails when a machine is switched off in order", async () => {
    const load = await fleet.startLoad();
    await load.servedBy("one", { since: 0, withinMs: 5000 });
    await fleet.machine("one").powerOff();
    await fleet.waitForState("one", ["down"]);
    assertEquals(await failuresSince(load, 0), []);
  });

  await step("another machine joins by being switched on, and says what it may use", async () => {
    const three = await fleet.bootServer("three", limits);
    const row = await fleet.waitForState("three", ["up"]);
    assertEquals(row.ramBytes, limits.ramBytes);
    assertAlmostEquals(row.cores ?? 0, limits.cores, 1e-9);
    const { cpu, ram } = JSON.parse(await three.run("lb-agent", "status", "--json"));
    for (const { source } of [cpu, ram]) assertMatch(source, /^cgroup/);
  });

  await step("a limited machine reports its own load, not that of the one it runs on", async () => {
    const [two, three] = [fleet.machine("two"), fleet.machine("three")];
    await spin(two);
    await waitFor("three to be idle beside a busy one", async () => {
      return await busy(two) > 0.5 && await busy(three) < 0.4 || null;
    }, { withinMs: 10_000 });
    await spin(three);
    await waitFor("three to be busy", async () => await busy(three) > 0.8 || null, {
      withinMs: 10_000,
    });
    for (const machine of [two, three]) {
      await machine.run("kill", "-KILL", await machine.property("spin", "MainPID"));
    }
  });

  await step("once a cut of the power is noticed, no connection fails", async () => {
    const load = await fleet.startLoad();
    await load.servedBy("three", { since: 0, withinMs: 10_000 });
    await fleet.machine("three").cutPower();
    const cutAt = Date.now();
    await fleet.waitForState("three", ["down", "ejected"]);
    const noticedAt = Date.now();
    assertLess(noticedAt - cutAt, 6000);
    await pause(1500);
    assertEquals(await failuresSince(load, noticedAt), []);
  });
});
