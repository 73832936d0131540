import { assertEquals, assertGreater } from "@std/assert";
import { waitFor } from "../../wait_for.ts";
import { cpuSeconds, memoryKiB, processTree } from "./process_tree.ts";
import { systemCommand } from "../../system_command.ts";

async function withProcess(script: string, work: (pid: number) => Promise<void>): Promise<void> {
  await using child = systemCommand("sh", { args: ["-c", script] }).spawn();
  try {
    await work(child.pid);
  } finally {
    for (const pid of processTree(child.pid)) Deno.kill(pid, "SIGKILL");
  }
}

Deno.test("a process's children and their memory belong to it", async () => {
  await withProcess("sleep 60 & wait", async (pid) => {
    await waitFor("the child", () => processTree(pid).length === 2 || null, { withinMs: 10_000 });
    const [first, second = NaN] = processTree(pid);
    assertEquals(first, pid);
    assertGreater(memoryKiB(pid), memoryKiB(second));
  });
});

Deno.test("the processor time of children counts", async () => {
  await withProcess("sh -c 'while :; do :; done' & wait", async (pid) => {
    await waitFor("some processor time", () => cpuSeconds(pid) > 0.05 || null, {
      withinMs: 30_000,
    });
  });
});
