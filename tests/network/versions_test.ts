import { assert, assertStringIncludes } from "@std/assert";
import { testCluster } from "./cluster_test_case.ts";
import { examine } from "./examination.ts";

const program = new URL("former_machine.ts", import.meta.url).pathname;

testCluster("beside a machine of version 1", { backends: ["one"] }, async (cluster, step) => {
  await cluster.waitUntilUp();
  const former = await cluster.lan.attach("former");
  const args = ["run", "--allow-all", program, former.address];
  former.start({ name: "former", command: Deno.execPath(), args });

  for (const kind of ["frontend", "agent"] as const) {
    await step(`the ${kind}'s doctor names it`, async () => {
      const daemon = kind === "frontend" ? cluster.frontend : cluster.backend("one").agent;
      const findings = await examine(daemon, kind);
      const found = findings.filter(({ check }) => check === "versions");
      assert(found.length === 1, JSON.stringify(findings));
      assertStringIncludes(found[0]?.saw ?? "", former.address);
      assert(!found[0]?.saw.includes(cluster.backend("one").host.address));
      assert(!found[0]?.saw.includes(cluster.frontendHost.address));
    });
  }
});
