import { assertEquals, assertGreater, assertMatch } from "@std/assert";
import type { FrontendStatus } from "../../frontend/status.ts";
import { waitFor } from "../wait_for.ts";
import { testFleet } from "./fleet_test_case.ts";

testFleet("of the processes that reloads replace", async (fleet, step) => {
  await fleet.bootAll("one");
  const { frontend, client } = fleet;
  const status = async (): Promise<FrontendStatus> =>
    JSON.parse(await frontend.run("lb-frontend", "status", "--json"));
  const unit = (count: number) => `hold${count}`;
  const isHeld = async (count: number) =>
    await client.property(unit(count), "ActiveState") === "active";
  /** Opens a connection that is answered and stays open. */
  const hold = async (count: number) => {
    const request = "GET / HTTP/1.1\\r\\nHost: lb\\r\\n\\r\\n";
    const script = `exec 3<>/dev/tcp/${frontend.address}/80; printf '${request}' >&3; cat <&3`;
    await client.run("systemd-run", "--quiet", `--unit=${unit(count)}`, "bash", "-c", script);
    await waitFor("the connection", async () => (await status()).connections.open > 0 || null, {
      withinMs: 5_000,
    });
  };

  await step("systemd lets eight go on, and the ninth reload ends the oldest", async () => {
    for (let count = 1; count <= 9; count++) {
      await hold(count);
      await frontend.run("systemctl", "reload", "lb-frontend");
    }
    await waitFor("the oldest to end", async () => !await isHeld(1) || null, {
      withinMs: 10_000,
    });
    for (let count = 2; count <= 9; count++) assertEquals(await isHeld(count), true);
    const { replaced, connections } = await waitFor("eight of them", async () => {
      const now = await status();
      return now.replaced.length === 8 && now.connections.cut.reload === 1 ? now : null;
    }, { withinMs: 10_000 });
    assertEquals([replaced.map(({ open }) => open), connections.cut.reload], [
      Array(8).fill(1),
      1,
    ]);
    assertEquals(await frontend.property("lb-frontend", "ActiveState"), "active");
    assertMatch(
      await frontend.journal("--unit=lb-frontend", "--output=cat"),
      /Ended the replaced process \d+ with 1 connections: more than 8 replaced processes/,
    );
  });

  await step(
    "a stop ends them in order, none is left, and systemd has nothing to say",
    async () => {
      const begun = performance.now();
      await frontend.run("systemctl", "stop", "lb-frontend");
      // LB_DRAIN_TIMEOUT is ten seconds.
      assertGreater(performance.now() - begun, 9_000);
      assertEquals(await frontend.property("lb-frontend", "Result"), "success");
      assertEquals(await frontend.shell("pgrep --exact lb-frontend || true"), "");
      for (let count = 2; count <= 9; count++) {
        await waitFor("the connection to end", async () => !await isHeld(count) || null, {
          withinMs: 5_000,
        });
      }
      const log = await frontend.journal("--unit=lb-frontend", "--output=cat");
      assertEquals(log.match(/ 0 ended and 1 were cut/g)?.length, 9);
      const complaints = ["--unit=lb-frontend", "--identifier=systemd", "--priority=warning"];
      assertEquals(await frontend.journal(...complaints), "");
    },
  );
});
