import { assert, assertEquals, assertGreater } from "@std/assert";
import { pause } from "../wait_for.ts";
import { testCluster } from "./cluster_test_case.ts";
import type { Imposture } from "./loopback_impostor.ts";
import { refusals } from "./refusals.ts";

const program = new URL("loopback_impostor.ts", import.meta.url).pathname;
const tryForMs = 6_000;

for (
  const [what, key] of [
    ["invents reports", ""],
    ["hands genuine reports on", "0f1e2d3c4b5a69788796a5b4c3d2e1f00123456789abcdef"],
  ] as const
) {
  const settings = key === "" ? {} : { LB_KEY: key };
  testCluster(`beside a local user who ${what} over loopback`, {
    backends: [],
    frontendSettings: settings,
  }, async (cluster, step) => {
    await cluster.addBackend("one", settings);
    await cluster.waitUntilUp();
    const { frontendHost, frontend } = cluster;

    for (const loopback of ["127.0.0.2", "127.0.0.1"]) {
      await step(`nobody is served from ${loopback}, and each report is refused`, async () => {
        const before = (await refusals(frontend, "frontend")).get("unmatched") ?? 0;
        const load = cluster.startLoad();
        const impostor = frontendHost.start({
          name: "impostor",
          command: Deno.execPath(),
          args: ["run", "--allow-all", program, frontendHost.address, loopback, "8099", key],
        });
        await pause(tryForMs);
        const rows = await cluster.rows();
        assertEquals((await impostor.end("SIGTERM")).code, 0, await impostor.log());
        const { uid, sent, served }: Imposture = JSON.parse(await impostor.log());
        assertEquals(uid, 65_534);
        assertEquals(served, 0);
        assertGreater(sent, 10);
        assertEquals(rows.map(({ address, state }) => `${address} ${state}`), [
          `${cluster.backend("one").host.address} up`,
        ]);
        const results = await load.end();
        assert(results.every(({ server }) => server === "one"), JSON.stringify(results.at(-1)));
        const refused = ((await refusals(frontend, "frontend")).get("unmatched") ?? 0) - before;
        assertEquals(refused, sent);
      });
    }
  });
}
