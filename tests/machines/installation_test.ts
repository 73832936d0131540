import { assert, assertEquals, assertMatch } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import { installationCommands } from "./fleet.ts";
import { testFleet } from "./fleet_test_case.ts";

testFleet("on machines of plain Debian", async (fleet, step) => {
  const { repository, agent, frontend } = await installationCommands();
  await Promise.all(["client", "frontend", "one", "two"].map((name) => fleet.boot(name)));
  const servers = ["one", "two"].map((name) => fleet.machine(name));
  const start = "systemctl start lb-frontend\n";

  await step(
    "the README's commands install the agent, which runs at once and at boot",
    async () => {
      for (const server of servers) {
        // Logins that were there before: of the programs' names, and of their former group's.
        await server.shell("useradd lb; useradd lb-agent");
        await server.shell(repository);
        await server.shell(agent);
        assertEquals(await server.shell("systemctl is-enabled lb-agent"), "enabled\n");
        assertEquals(await server.shell("systemctl is-active lb-agent"), "active\n");
      }
    },
  );

  await step("no login that was there before is given any control", async () => {
    for (const server of servers) {
      const pid = await server.property("lb-agent", "MainPID");
      const [user, group] = (await server.run("stat", "--format=%u %G", `/proc/${pid}`)).split(
        /\s/,
      );
      assertEquals(group, "_lb-agent");
      assert(user !== (await server.run("id", "--user", "lb-agent")).trim());
      for (const login of ["lb", "lb-agent"]) {
        const said = await server.shell(`runuser -u ${login} -- lb-agent status 2>&1 || true`);
        assertMatch(said, /^no permission to use \/run\/lb-agent\/control.sock/);
      }
    }
  });

  await step("the front end is installed for the next boot, not started, and says so", async () => {
    assert(frontend.endsWith(start));
    await fleet.frontend.shell(repository);
    const said = await fleet.frontend.shell(frontend.slice(0, -start.length));
    assertMatch(said, /^Start it with: systemctl start lb-frontend\s*$/m);
    assertEquals(await fleet.frontend.shell("systemctl is-enabled lb-frontend"), "enabled\n");
    assertEquals(await fleet.frontend.property("lb-frontend", "ActiveState"), "inactive");
    assertMatch(
      await fleet.frontend.shell(
        "lb-frontend top </dev/null 2>&1 || true; lb-frontend status 2>&1 || true",
      ),
      /^top needs a terminal .*\nlb-frontend is not running: .*; start it with: systemctl start lb-frontend\n$/,
    );
  });

  await step(
    "where port 80 is taken, the status says so in one line, and by whom to ask",
    async () => {
      await fleet.frontend.shell(`! ${start}`);
      const said = await waitFor("the status", async () => {
        const status = await fleet.frontend.shell("systemctl status --full lb-frontend || true");
        return /^ +Status: "Cannot listen on .*"$/m.exec(status)?.[0] ?? null;
      }, { withinMs: 3000 });
      assertMatch(said, /:80: another program listens there .*ss -ltnp.*LB_LISTEN/);
    },
  );

  await step("it is tried again now and then, and comes up when the port is free", async () => {
    const before = Number(await fleet.frontend.property("lb-frontend", "NRestarts"));
    await pause(5000);
    const restarts = Number(await fleet.frontend.property("lb-frontend", "NRestarts")) - before;
    assert(restarts >= 1 && restarts <= 3, `${restarts} restarts in 5 seconds`);
    await fleet.frontend.shell("systemctl disable --now nginx");
    await waitFor("the front end", async () => {
      const state = await fleet.frontend.property("lb-frontend", "ActiveState");
      return state === "active" || null;
    }, { withinMs: 6000 });
    for (const { name } of servers) await fleet.waitForState(name, ["up"]);
  });

  await step("a visitor gets the page and its pictures, byte for byte", async () => {
    for (const path of fleet.site("one").keys()) {
      const fetched = await fleet.visit(path);
      const isSame = (name: string) => {
        const file = fleet.site(name).get(path);
        return file !== undefined && file.length === fetched.length &&
          file.every((byte, index) => byte === fetched[index]);
      };
      assert(isSame("one") || isSame("two"), `${path} is no server's`);
    }
  });

  await step("systemctl status tells how many servers are up", async () => {
    await waitFor("the status", async () => {
      const status = await fleet.frontend.run("systemctl", "status", "lb-frontend");
      return /^ +Status: "2 of 2 servers up, .+"$/m.test(status) || null;
    }, { withinMs: 3000 });
    const agentStatus = await fleet.machine("one").run("systemctl", "status", "lb-agent");
    assertMatch(agentStatus, /^ +Status: "1 service, probed by 1 front end"$/m);
  });

  await step("the journal has one line for each event, warnings as warnings", async () => {
    const invocation = await fleet.frontend.property("lb-frontend", "InvocationID");
    const select = ["--output=cat", `_SYSTEMD_INVOCATION_ID=${invocation}`];
    const lines = (await fleet.frontend.journal(...select)).trimEnd().split("\n");
    for (const name of ["one", "two"]) {
      const { address } = fleet.machine(name);
      const about = lines.filter((line) => line.includes(address));
      assertEquals(about.length, 2, about.join("\n"));
      assertMatch(about[0] ?? "", / discovered$/);
      assertMatch(about[1] ?? "", / is up \(was joining\): answering$/);
    }
    const serious = (await fleet.frontend.journal(...select, "--priority=warning")).trimEnd();
    assertMatch(serious, /^LB_KEY is not set: .*$/);
    // No line for a connection.
    assertEquals(lines.filter((line) => line.includes(fleet.client.address)), []);
  });

  await step("both programs say that without a key anyone is trusted", async () => {
    for (const server of servers) {
      const warnings = await server.journal(
        "--unit=lb-agent",
        "--priority=warning",
        "--output=cat",
      );
      assertMatch(warnings, /^LB_KEY is not set: /);
      assertMatch(await server.run("lb-agent", "status"), /^key +none is set, .*LB_KEY/m);
    }
    assertMatch(await fleet.frontend.run("lb-frontend", "status"), /^LB_KEY is not set: /m);
  });

  await step("the settings are root's alone, and the kernel's are in force", async () => {
    for (const machine of [fleet.frontend, ...servers]) {
      const access = await machine.run("stat", "--format=%a %U %G", "/etc/lb/lb.env");
      assertEquals(access, "600 root root\n");
    }
    const range = await fleet.frontend.run("cat", "/proc/sys/net/ipv4/ip_local_port_range");
    assertEquals(range, "10240\t65535\n");
  });

  await step("an agent cannot command the front end beside it", async () => {
    const { frontend } = fleet;
    await frontend.shell("apt-get --yes install lb-agent");
    const asAgent = "systemd-run --quiet --wait --pipe --property=DynamicUser=yes " +
      "--property=User=_lb-agent-test --property=Group=_lb-agent";
    assertMatch(await frontend.shell(`${asAgent} lb-agent status --json`), /"id"/);
    const said = await frontend.shell(`${asAgent} lb-frontend status || true`);
    assertMatch(said, /no permission to use \/run\/lb-frontend\/control.sock/);
  });

  await step("a removed package keeps its settings, and leaves nothing running", async () => {
    const { frontend } = fleet;
    await frontend.shell("echo LB_POLICY=random >>/etc/lb/lb.env");
    await frontend.shell("apt-get --yes remove lb-frontend");
    assertEquals(await frontend.shell("pgrep --exact lb-frontend || true"), "");
    assertMatch(await frontend.run("cat", "/etc/lb/lb.env"), /LB_POLICY=random/);
    assertEquals(await frontend.property("lb-agent", "ActiveState"), "active");
  });

  await step("the settings go with the last of the two packages that is purged", async () => {
    const { frontend } = fleet;
    await frontend.shell("apt-get --yes purge lb-frontend");
    await frontend.run("test", "-e", "/etc/lb/lb.env");
    await frontend.shell("apt-get --yes purge lb-agent");
    const places = ["/etc", "/usr", "/var/lib", "/run"].join(" ");
    const left = await frontend.shell(
      `find ${places} -xdev \\( -name '*lb-agent*' -o -name '*lb-frontend*' -o -path '/etc/lb*' ` +
        `-o -name 'lb.env*' -o -name 'lb-protocol*' \\) -print`,
    );
    assertEquals(left, "");
    assertEquals(await frontend.shell("getent group _lb-agent _lb-frontend || true"), "");
  });
});
