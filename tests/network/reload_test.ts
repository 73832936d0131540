import { assertGreaterOrEqual } from "@std/assert";
import { print, testCluster } from "./cluster_test_case.ts";

const client = new URL("reloading_client.ts", import.meta.url).pathname;
const times = 60;
const rows = 20;
const pauseMs = 300;

const names = ["one", "two", "three"];
for (const [count, engine] of [[2, "deno"], [3, "epoll"]] as const) {
  const what = `a person who reloads a page of ${count} idle servers (${engine})`;
  const backends = names.slice(0, count);
  const options = { backends, frontendSettings: { LB_ENGINE: engine } };
  testCluster(what, options, async (cluster, step) => {
    await cluster.waitUntilUp();
    await step(`sees each at least half as often as is its fair share, ${rows} times`, async () => {
      const order = [cluster.frontendHost.address, times, rows, pauseMs].map(String);
      const args = ["run", "--allow-net", client, ...order];
      const lines = (await cluster.client.run(Deno.execPath(), ...args)).trim().split("\n");
      const counts = lines.map((line) => {
        const row: Record<string, number> = JSON.parse(line);
        return backends.map((name) => row[name] ?? 0);
      });
      print(counts.map((row) => row.join(":")).join(" "));
      for (const row of counts) assertGreaterOrEqual(Math.min(...row), times / count / 2);
    });
  });
}
