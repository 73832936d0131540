import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { parseEnvironmentFile } from "../../lib/config/environment_file.ts";
import { pause, waitFor } from "../wait_for.ts";
import type { Machine } from "./machine.ts";
import { StoppedThread } from "./stopped_thread.ts";
import { testFleet } from "./fleet_test_case.ts";

async function statusOf(machine: Machine, unit: string): Promise<string> {
  return await machine.shell(`systemctl status --full ${unit} || true`);
}

/** The number by which this machine knows a relay's thread of a front end. */
async function relayThread(machine: Machine, pid: string): Promise<number> {
  const process = await outerNumber(machine, pid);
  for await (const { name } of Deno.readDir(`/proc/${process}/task`)) {
    const command = await Deno.readTextFile(`/proc/${process}/task/${name}/comm`);
    if (command.startsWith("worker-")) return Number(name);
  }
  throw new Error("Cannot find a relay's thread");
}

/** A process of the machine by the number that this machine knows it by. */
async function outerNumber(machine: Machine, pid: string): Promise<string> {
  const pids = (await Array.fromAsync(Deno.readDir("/proc"))).map(({ name }) => name);
  const namespace = await Deno.readLink(`/proc/${machine.init}/ns/pid`);
  for (const outer of pids.filter((name) => /^\d+$/.test(name))) {
    const status = await Deno.readTextFile(`/proc/${outer}/status`).catch(() => "");
    if (!new RegExp(`^NSpid:.*\\s${pid}$`, "m").test(status)) continue;
    if (await Deno.readLink(`/proc/${outer}/ns/pid`) === namespace) return outer;
  }
  throw new Error(`Cannot find a process of ${machine.name}: received ${pid}`);
}

testFleet("when something is wrong on a machine", async (fleet, step) => {
  await fleet.bootAll("one");
  const { frontend } = fleet;
  const one = fleet.machine("one");

  await step("an environment file is read here as systemd reads it", async () => {
    const text = await Deno.readTextFile(new URL("odd_environment.txt", import.meta.url));
    await one.shell(`cat >/run/odd.env <<'END'\n${text}END`);
    const given = await one.run(
      ...["systemd-run", "--quiet", "--wait", "--pipe"] as const,
      "--property=EnvironmentFile=/run/odd.env",
      "env",
      "--null",
    );
    const variables = given.split("\0").filter((entry) => /^[T_]/.test(entry)).map((entry) => {
      const equals = entry.indexOf("=");
      return [entry.slice(0, equals), entry.slice(equals + 1)];
    });
    const read = parseEnvironmentFile(new TextEncoder().encode(text)).variables;
    assertEquals(Object.fromEntries(variables), read);
  });

  await step("settings that are not accepted end a program for good, in one line", async () => {
    for (const [machine, unit] of [[frontend, "lb-frontend"], [one, "lb-agent"]] as const) {
      await machine.shell("echo LB_PORT=many >>/etc/lb/lb.env");
      await machine.shell(`systemctl restart ${unit} || true`);
      await pause(3000);
      assertEquals(await machine.property(unit, "ActiveState"), "failed");
      assertEquals(await machine.property(unit, "NRestarts"), "0");
      assertEquals(await machine.property(unit, "ExecMainStatus"), "2");
      const lines = (await statusOf(machine, unit)).split("\n");
      assertEquals(lines.filter((line) => line.includes('LB_PORT="many"')).length, 1);
      const serious = ["--priority=err", `--unit=${unit}`, "--output=cat"];
      assertStringIncludes(await machine.journal(...serious), 'LB_PORT="many" is not accepted');
    }
  });

  await step("it starts when they are mended", async () => {
    for (const [machine, unit] of [[one, "lb-agent"], [frontend, "lb-frontend"]] as const) {
      await machine.shell(`sed -i /LB_PORT=many/d /etc/lb/lb.env && systemctl start ${unit}`);
    }
    await fleet.waitForState("one", ["up"]);
  });

  await step("a reload with bad settings says why, and changes nothing", async () => {
    const before = await frontend.property("lb-frontend", "MainPID");
    await frontend.shell("echo LB_POLICY=best >>/etc/lb/lb.env");
    await frontend.shell("! systemctl reload lb-frontend");
    assertMatch(await statusOf(frontend, "lb-frontend"), /LB_POLICY="best" is not accepted/);
    assertEquals(await frontend.property("lb-frontend", "MainPID"), before);
    assertEquals(await frontend.property("lb-frontend", "ActiveState"), "active");
    await frontend.shell("sed -i /LB_POLICY=best/d /etc/lb/lb.env");
    await frontend.run("systemctl", "reload", "lb-frontend");
    await fleet.waitForState("one", ["up"]);
  });

  await step("an interface that is missing is named, and used once it is there", async () => {
    await one.shell("echo LB_INTERFACES=lan7 >>/etc/lb/lb.env; systemctl restart lb-agent");
    await waitFor("the warning", async () => {
      const said = await one.journal("--unit=lb-agent", "--priority=warning", "--output=cat");
      return said.includes("lan7") || null;
    }, { withinMs: 5000 });
    assertEquals(await one.property("lb-agent", "ActiveState"), "active");
    // networkd would take the address away again, some time after it has seen the link go down.
    await one.shell("systemctl stop systemd-networkd.socket systemd-networkd.service");
    await one.shell("ip link set host0 down; ip link set host0 name lan7; ip link set lan7 up");
    await one.shell(`ip address replace ${one.address}/24 dev lan7`);
    await fleet.waitForState("one", ["up"], 20_000);
  });

  await frontend.shell(`mkdir -p /run/systemd/system/lb-frontend.service.d
printf '[Service]\\nWatchdogSec=3s\\n' >/run/systemd/system/lb-frontend.service.d/watchdog.conf
systemctl daemon-reload
systemctl restart lb-frontend`);

  /** Waits until systemd has killed the front end and started another. */
  const waitForAnother = async (before: string, look = () => {}) => {
    await waitFor("another process", async () => {
      look();
      const pid = await frontend.property("lb-frontend", "MainPID");
      const state = await frontend.property("lb-frontend", "ActiveState");
      return state === "active" && pid !== before && pid !== "0" || null;
    }, { withinMs: 25_000 });
    const journal = await frontend.journal(`--unit=lb-frontend`, "--output=cat");
    assertStringIncludes(journal.slice(journal.lastIndexOf("Watchdog timeout")), "SIGABRT");
    await fleet.waitForState("one", ["up"]);
  };

  await step("a process that works is not taken for one that stands still", async () => {
    const before = await frontend.property("lb-frontend", "MainPID");
    await pause(4000);
    assertEquals(await frontend.property("lb-frontend", "MainPID"), before);
  });

  await step("a process that stands still is killed and started again", async () => {
    const before = await frontend.property("lb-frontend", "MainPID");
    await frontend.run("kill", "-STOP", before);
    await waitForAnother(before);
  });

  await step("so is one of which a single relay stands still", async () => {
    const before = await frontend.property("lb-frontend", "MainPID");
    using relay = new StoppedThread(await relayThread(frontend, before));
    await waitForAnother(before, () => relay.noticeEnd());
  });
});
