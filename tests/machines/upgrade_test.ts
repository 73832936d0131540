import { assert, assertEquals, assertNotEquals, assertStringIncludes } from "@std/assert";
import type { ClientLoad } from "../network/client_load.ts";
import { print } from "../network/cluster_test_case.ts";
import { waitFor } from "../wait_for.ts";
import type { Machine } from "./machine.ts";
import { testFleet } from "./fleet_test_case.ts";

const newVersion = "99.0.0";

/** Ends a load; asserts that every connection was served, and that there were some. */
async function assertAllServed(load: ClientLoad): Promise<void> {
  const results = await load.end();
  const slowest = Math.round(Math.max(...results.map(({ ms }) => ms)));
  print(`${results.length} connections, the slowest took ${slowest} ms`);
  assert(results.length > 20);
  assertEquals(results.filter(({ failure }) => failure !== null), []);
}

/** Sets settings in `/etc/lb/lb.env`, as an editor does, and has a program take them up. */
async function configure(machine: Machine, settings: Record<string, string>): Promise<void> {
  const names = Object.keys(settings).join("\\|");
  const lines = Object.entries(settings).filter(([, value]) => value !== "");
  const text = lines.map(([name, value]) => `${name}=${value}`).join("\n");
  await machine.shell(`sed -i '/^\\(${names}\\)=/d' /etc/lb/lb.env
cat >>/etc/lb/lb.env <<'END'
${text}
END`);
}

/** What the kernel allows the front end (getrlimit(2)). */
async function limitsOf(frontend: Machine): Promise<string> {
  return await frontend.run(
    "cat",
    `/proc/${await frontend.property("lb-frontend", "MainPID")}/limits`,
  );
}

testFleet("under load, without a failed connection,", async (fleet, step) => {
  await fleet.bootAll("one", "two");
  const { frontend } = fleet;
  const servers = ["one", "two"].map((name) => fleet.machine(name));

  const reloadUnderLoad = async () => {
    const before = await frontend.property("lb-frontend", "MainPID");
    const load = await fleet.startLoad({ perSecond: 100 });
    await load.servedBy("one", { since: 0, withinMs: 5000 });
    await frontend.run("systemctl", "reload", "lb-frontend");
    const since = Date.now();
    assertEquals(await frontend.property("lb-frontend", "ActiveState"), "active");
    assertNotEquals(await frontend.property("lb-frontend", "MainPID"), before);
    await load.servedBy("one", { since, withinMs: 5000 });
    await load.servedBy("two", { since, withinMs: 5000 });
    await assertAllServed(load);
  };

  await step("the front end reloads", reloadUnderLoad);
  await step("it reloads a second time, with what a service needs still there", async () => {
    const limits = await limitsOf(frontend);
    await reloadUnderLoad();
    assertEquals(await limitsOf(frontend), limits);
    const pid = await frontend.property("lb-frontend", "MainPID");
    const status = await frontend.run("cat", `/proc/${pid}/status`);
    // CAP_NET_BIND_SERVICE is the eleventh capability (capabilities(7)).
    assertEquals(/^CapEff:\s+(\S+)$/m.exec(status)?.[1], "0000000000000400");
    assert(/^ +Main PID: \d+ \(lb-frontend\)$/m.test(
      await frontend.run("systemctl", "status", "lb-frontend"),
    ));
    await frontend.run("lb-frontend", "status");
    assertEquals(await frontend.journal(`_PID=${pid}`, "--priority=err"), "");
    assertStringIncludes(await frontend.journal(`_PID=${pid}`, "--output=cat"), "lb-frontend");
  });

  await step("systemd has nothing to complain of", async () => {
    const complaints = await frontend.journal(
      "--unit=lb-frontend",
      "--identifier=systemd",
      "--priority=warning",
    );
    assertEquals(complaints, "");
  });

  await step("both packages are upgraded, and run the new files", async () => {
    await fleet.repository.upgradeTo(newVersion);
    await servers[0]?.shell("groupadd --system lb; useradd former --groups lb");
    const before = await frontend.property("lb-frontend", "MainPID");
    const load = await fleet.startLoad({ perSecond: 100 });
    for (const machine of [...servers, frontend]) {
      const said = await machine.shell("apt-get update && apt-get --yes upgrade");
      const advice = "Members of lb: former. Let somebody use it with: usermod -aG _lb-agent NAME";
      assertEquals(said.includes(advice), machine === servers[0], said);
      const name = machine === frontend ? "lb-frontend" : "lb-agent";
      const version = await machine.run("dpkg-query", "--show", "--showformat=${Version}", name);
      assertEquals(version, newVersion);
      const pid = await machine.property(name, "MainPID");
      // deno-lint-ignore lb-tests/declared-needs -- a path on the machine that was booted
      assertEquals(await machine.run("readlink", `/proc/${pid}/exe`), `/usr/bin/${name}\n`);
      await fleet.waitForState(machine === frontend ? "one" : machine.name, ["up"]);
    }
    assertNotEquals(await frontend.property("lb-frontend", "MainPID"), before);
    await assertAllServed(load);
  });

  await step("the key is changed, and changed again, and no server is lost", async () => {
    const load = await fleet.startLoad();
    const since = await frontend.shell("journalctl --sync; date '+%Y-%m-%d %H:%M:%S'");
    const freshKey = async () => (await frontend.run("lb-frontend", "keygen")).trim();
    const [first, second] = [await freshKey(), await freshKey()];
    const rounds: [Machine[], Record<string, string>][] = [
      [[servers[0], frontend, servers[1]], { LB_KEY: first, LB_KEY_PREVIOUS: "default" }],
      [[frontend, ...servers], { LB_KEY: second, LB_KEY_PREVIOUS: first }],
      [[...servers, frontend], { LB_KEY: second, LB_KEY_PREVIOUS: "" }],
    ] as [Machine[], Record<string, string>][];
    for (const [order, settings] of rounds) {
      for (const machine of order) {
        await configure(machine, settings);
        const unit = machine === frontend ? "lb-frontend" : "lb-agent";
        await machine.run("systemctl", "reload", unit);
      }
      for (const { name } of servers) await fleet.waitForState(name, ["up"]);
    }
    const lines = (await frontend.journal("--unit=lb-frontend", `--since=${since.trim()}`)).split(
      "\n",
    );
    const lost = lines.filter((line) => / is (down|ejected)/.test(line));
    assertEquals(lost, []);
    for (const server of servers) {
      const { authenticated, monitors } = JSON.parse(
        await server.run("lb-agent", "status", "--json"),
      );
      assertEquals(authenticated, true);
      assert(
        monitors.some(({ live, key }: { live: boolean; key: string }) => live && key === "current"),
      );
    }
    assertEquals(
      JSON.parse(await frontend.run("lb-frontend", "status", "--json")).authenticated,
      true,
    );
    await assertAllServed(load);
  });

  await step("settings that lost the key are refused, and the old ones go on", async () => {
    const key = (await frontend.shell("sed -n s/^LB_KEY=//p /etc/lb/lb.env")).trim();
    const hasKey = async (machine: Machine, program: string) =>
      JSON.parse(await machine.run(program, "status", "--json")).authenticated;
    const programs = [[frontend, "lb-frontend"], ...servers.map((one) => [one, "lb-agent"])];
    for (const [machine, program] of programs as [Machine, string][]) {
      await configure(machine, { LB_KEY: "" });
      await machine.shell(`! systemctl reload ${program}`);
      const said = await machine.journal(`--unit=${program}`, "--output=cat", "--lines=20");
      assertStringIncludes(said, "LB_KEY is missing in the new settings");
      assertEquals(said.includes(key), false);
      // A byte that is no UTF-8 loses the whole file.
      await machine.shell("printf 'LB_X=\\377\\n' >>/etc/lb/lb.env");
      await machine.shell(`! systemctl reload ${program}`);
      await machine.shell("sed -i /^LB_X=/d /etc/lb/lb.env");
      assertEquals(await hasKey(machine, program), true);
      await configure(machine, { LB_KEY: "none" });
      await machine.run("systemctl", "reload", program);
      assertEquals(await hasKey(machine, program), false);
    }
    for (const { name } of servers) await fleet.waitForState(name, ["up"]);
  });

  await step("the front end, told to stop, lets a transfer end and stops in time", async () => {
    const bytes = 24_000_000;
    for (const server of servers) {
      await server.shell(`head --bytes=${bytes} /dev/urandom >/var/www/html/large`);
    }
    const url = `http://${frontend.address}/large`;
    const slowly = ["--limit-rate", "8M", "--max-time", "20"];
    const transfer = fleet.client.run("curl", "-sSf", ...slowly, "--output", "/large", url);
    await waitFor("the transfer to begin", async () => {
      const status = await frontend.run("lb-frontend", "status", "--json");
      return JSON.parse(status).connections.open > 0 || null;
    }, { withinMs: 5000 });
    const start = Date.now();
    await frontend.run("systemctl", "stop", "lb-frontend");
    print(`The stop took ${Date.now() - start} ms`);
    await transfer;
    assertEquals((await Deno.stat(`${fleet.client.root}/large`)).size, bytes);
    assertEquals(await frontend.property("lb-frontend", "Result"), "success");
    assertEquals(await frontend.shell("pgrep --exact lb-frontend || true"), "");
  });
});
