import { assertEquals } from "@std/assert";
import { testCluster } from "./cluster_test_case.ts";
import { pause, waitFor } from "../wait_for.ts";

testCluster("before any server is there", { backends: [] }, async (cluster, step) => {
  const healthStatus = () => {
    const printStatus = ["-sS", "-o", "/dev/null", "-w", "%{http_code}"];
    return cluster.frontendHost.run("curl", ...printStatus, "http://127.0.0.1:8404/healthz");
  };

  await step("the front end says that it cannot serve", async () => {
    assertEquals(await cluster.rows(), []);
    assertEquals(await healthStatus(), "503");
  });

  await step("an early client waits, and is served by the first server", async () => {
    const [content, backend] = await Promise.all([
      cluster.fetchThroughFrontend("name.txt"),
      pause(1500).then(() => cluster.addBackend("first")),
    ]);
    assertEquals(content, backend.site.get("name.txt"));
    await waitFor("good health", async () => await healthStatus() === "200" || null, {
      withinMs: 5000,
    });
  });
});
