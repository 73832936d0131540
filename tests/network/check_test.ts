import { assertEquals, assertStringIncludes } from "@std/assert";
import { pause, waitFor } from "../wait_for.ts";
import type { Backend, Cluster } from "./cluster.ts";
import { startProgram } from "./cluster.ts";
import { testCluster } from "./cluster_test_case.ts";
import { signalWebServer } from "./web_server_signal.ts";

/** A file that the check asks for over HTTP: without it nginx answers 404. */
const healthFile = "health.txt";
/** A folder of root's, as an executable's has to be; /tmp is everybody's, and a daemon has a /run of its own. */
const folder = `/var/lib/lb-check-test-${Deno.pid}`;

function healthPath({ host }: Backend): string {
  return `${host.directory}/html/${healthFile}`;
}

async function untilReason(cluster: Cluster, name: string, reason: string): Promise<void> {
  await waitFor(`${name} to be ${reason}`, async () => {
    const row = await cluster.row(name);
    return row?.state === "down" && row.reason === reason ? row : null;
  }, { withinMs: 15_000 });
}

/** A shell script of root's at a path that only root can write. */
async function writeExecutable(name: string, script: string): Promise<string> {
  await Deno.mkdir(folder, { recursive: true, mode: 0o755 });
  const path = `${folder}/${name}`;
  await Deno.writeTextFile(path, `#!/bin/sh\n${script}\n`);
  await Deno.chmod(path, 0o755);
  return path;
}

testCluster("a service that is checked over HTTP", { backends: [] }, async (cluster, step) => {
  for (const name of ["one", "two"]) {
    const backend = await cluster.addBackend(name, { LB_CHECK: `http:/${healthFile}` });
    await Deno.writeTextFile(healthPath(backend), "well");
  }

  await step("is used while the check passes", async () => {
    for (const name of ["one", "two"]) {
      await waitFor(`${name} to pass`, async () => {
        const row = await cluster.row(name);
        return row?.state === "up" && row.check === "passing" ? row : null;
      }, { withinMs: 30_000 });
    }
  });

  await step("is down once it fails, and gets no connection from then on", async () => {
    const removedAt = performance.now();
    await Deno.remove(healthPath(cluster.backend("one")));
    await untilReason(cluster, "one", "check: HTTP 404");
    const tookMs = performance.now() - removedAt;
    // Two checks two seconds apart, each of which takes next to nothing.
    assertEquals(tookMs < 5_500, true, `it took ${Math.round(tookMs)} ms`);
    const load = cluster.startLoad();
    await pause(3_000);
    const results = await load.end();
    assertEquals(new Set(results.map(({ server }) => server)), new Set(["two"]));
  });

  await step("is not even a last resort", async () => {
    await signalWebServer(cluster.backend("two").host, "SIGKILL");
    await cluster.waitForState("two", ["down"], 10_000);
    assertEquals((await cluster.row("one"))?.state, "down");
  });

  await step("is back once it passes", async () => {
    await Deno.writeTextFile(healthPath(cluster.backend("one")), "well");
    await cluster.waitForState("one", ["up"], 10_000);
  });

  await step("leaves no line in the front end's log but the turns", async () => {
    const lines = (await cluster.backend("one").agent.log()).split("\n");
    assertEquals(lines.filter((line) => line.includes("The check of")).length, 3);
  });
});

const pair = "an active and a passive server, told apart by an executable";
testCluster(pair, { backends: [] }, async (cluster, step) => {
  const primary = `${folder}/primary`;
  try {
    for (const name of ["active", "passive"]) {
      const script = `[ "$(cat ${primary})" = ${name} ] && [ -z "$LB_KEY" ] && [ "$LB_PORT" = 80 ]`;
      const path = await writeExecutable(name, script);
      await cluster.addBackend(name, { LB_CHECK: path });
    }
    await Deno.writeTextFile(primary, "active");

    await step("only the active one is used", async () => {
      await cluster.waitForState("active", ["up"], 30_000);
      await untilReason(cluster, "passive", "check: exit status 1");
    });

    await step("when they change places, the other one is", async () => {
      await Deno.writeTextFile(primary, "passive");
      await cluster.waitForState("passive", ["up"], 15_000);
      await untilReason(cluster, "active", "check: exit status 1");
      const content = await cluster.fetchThroughFrontend("name.txt");
      assertEquals(content, cluster.backend("passive").site.get("name.txt"));
    });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

/** What may be wrong with an executable: its script and mode, and the reason or the warning. */
const bad = {
  hangs: { script: "sleep 100 & sleep 100", reason: "check: timed out" },
  talks: { script: "head -c 2000000 /dev/zero; exit 3", reason: "check: exit status 3" },
  dies: { script: "kill -9 $$", reason: "check: signal 9" },
} as const;

testCluster("checks that go wrong", { backends: [] }, async (cluster, step) => {
  try {
    const host = await cluster.addBackend("server", {});
    const restart = async (check: string) => {
      await host.agent.end("SIGTERM");
      host.agent = startProgram(host.host, "agent", { LB_CHECK: check });
    };
    for (const [what, { script, reason }] of Object.entries(bad)) {
      await step(`an executable that ${what} fails, and the agent goes on`, async () => {
        await restart(await writeExecutable(what, script));
        await untilReason(cluster, "server", reason);
        assertEquals(host.agent.isRunning, true);
      });
    }

    const unusable = [
      ["is missing", () => Promise.resolve(`${folder}/missing`), "does not exist"],
      ["is not executable", async () => {
        const path = await writeExecutable("plain", "exit 1");
        await Deno.chmod(path, 0o644);
        return path;
      }, "is not executable"],
      ["others can write", async () => {
        const path = await writeExecutable("open", "exit 1");
        await Deno.chmod(path, 0o777);
        return path;
      }, "is writable by others than root"],
    ] as const;
    for (const [what, make, words] of unusable) {
      await step(`one that ${what} counts as none, with one warning`, async () => {
        await restart(await make());
        await cluster.waitForState("server", ["up"], 20_000);
        await pause(3_000);
        const warnings = (await host.agent.log()).split("\n").filter((line) =>
          line.includes(words)
        );
        assertEquals(warnings.length, 1);
        assertStringIncludes(warnings.join(), "Cannot check port 80");
        assertEquals((await cluster.row("server"))?.state, "up");
      });
    }
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});
