import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { waitFor } from "../wait_for.ts";
import { testFleet } from "./fleet_test_case.ts";
import type { Fleet } from "./fleet.ts";
import type { Machine } from "./machine.ts";

/** Has the agent of a machine take up how it is to check. */
async function setCheck(machine: Machine, check: string): Promise<void> {
  await machine.shell(
    `sed -i '/^LB_CHECK=/d' /etc/lb/lb.env && echo LB_CHECK=${check} >>/etc/lb/lb.env`,
  );
  await machine.run("systemctl", "reload", "lb-agent");
}

/** Has nginx answer the question for its health with a status. */
async function setHealth(machine: Machine, status: number): Promise<void> {
  const location = `location = /health { return ${status}; }`;
  await machine.shell(`echo '${location}' >/etc/nginx/health.conf && systemctl reload nginx`);
}

async function untilRow(
  fleet: Fleet,
  what: string,
  isSo: (row: { state: string; reason: string; check: string | null }) => boolean,
): Promise<void> {
  const { address } = fleet.machine("one");
  await waitFor(what, async () => {
    const row = (await fleet.rows()).find((each) => each.address === address);
    return row !== undefined && isSo(row) ? row : null;
  }, { withinMs: 15_000, everyMs: 200 });
}

testFleet("a service that its agent checks", async (fleet, step) => {
  await fleet.bootAll("one", "two");
  const one = fleet.machine("one");

  await step("is in use while nginx says that it is well", async () => {
    const root = "root /var/www/html;";
    await one.shell(
      `sed -i 's|${root}|& include /etc/nginx/health.conf;|' /etc/nginx/sites-enabled/*`,
    );
    await setHealth(one, 200);
    await setCheck(one, "http:/health");
    await untilRow(
      fleet,
      "a check that passes",
      ({ state, check }) => state === "up" && check === "passing",
    );
    assertMatch(await fleet.frontend.run("lb-frontend", "status"), /check passing/);
  });

  await step("is down once it answers 503, and everybody who looks is told why", async () => {
    await setHealth(one, 503);
    await untilRow(
      fleet,
      "the check's reason",
      ({ state, reason }) => state === "down" && reason === "check: HTTP 503",
    );
    assertMatch(await one.run("lb-agent", "status"), /check: HTTP 503/);
    assertMatch(await one.shell("lb-agent doctor || true"), /it fails \(HTTP 503\)/);
    const metrics = await fleet.frontend.run("curl", "-sSf", "http://127.0.0.1:8404/metrics");
    assertMatch(metrics, /^lb_backend_check_passing\{.*\} 0$/m);
    const lines = (await one.journal("--unit=lb-agent")).split("\n");
    assertEquals(lines.filter((line) => line.includes("fails (HTTP 503)")).length, 1);
  });

  await step("is back once it is well again", async () => {
    await setHealth(one, 200);
    await fleet.waitForState("one", ["up"]);
  });

  await step(
    "is told by an executable, which runs in the agent's sandbox without the key",
    async () => {
      await one.shell(`cat >/etc/lb/check <<'END'
#!/bin/sh
# Whoever can read the key, or is root, is no check.
[ -z "$LB_KEY" ] && [ "$(id -u)" != 0 ] && ! cat /etc/lb/lb.env && [ "$LB_PORT" = 80 ] &&
  [ -e /srv-is-active ]
END
chmod 755 /etc/lb/check && touch /srv-is-active`);
      await setCheck(one, "/etc/lb/check");
      await untilRow(
        fleet,
        "a check that passes",
        ({ state, check }) => state === "up" && check === "passing",
      );
      await one.run("rm", "/srv-is-active");
      await untilRow(
        fleet,
        "the executable's status",
        ({ state, reason }) => state === "down" && reason === "check: exit status 1",
      );
      await one.run("touch", "/srv-is-active");
      await fleet.waitForState("one", ["up"]);
    },
  );

  await step(
    "stays in use where the executable is not to be trusted, and doctor says so",
    async () => {
      await one.run("chmod", "777", "/etc/lb/check");
      await untilRow(fleet, "no check", ({ state, check }) => state === "up" && check === null);
      const told = await one.shell("lb-agent doctor || true");
      assertStringIncludes(told, "/etc/lb/check is writable by others than root");
    },
  );
});
