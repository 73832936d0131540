import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { readText } from "deno-systeminfo-free";
import { readCgroupPlaces } from "../../lib/systeminfo/cgroup_path.ts";
import { pause } from "../wait_for.ts";
import { confinedHost } from "./confined_host.ts";
import { ControlGroup } from "./control_group.ts";
import { Lan } from "./lan.ts";
import { removeLeftoverGroups } from "./leftover_groups.ts";
import { namespaceName } from "./network_namespace.ts";
import { runCommand } from "./run_command.ts";
import { systemCommand } from "../system_command.ts";

const { v1, v2 } = readCgroupPlaces(readText);
const mountPoint = v1.get("cpu")?.mountPoint ?? v2?.mountPoint ?? "";
/** Many containers show their groups, and let nobody change them. */
const isWritable = systemCommand("test", { args: ["-w", mountPoint] }).outputSync().success;
const ignore = Deno.uid() !== 0 || !isWritable;

function uniqueName(): string {
  return namespaceName(crypto.randomUUID().slice(0, 4), "group");
}

Deno.test({
  name: "a group holds its processes to a part of a processor, and counts what they use",
  ignore,
  fn: async () => {
    await using group = new ControlGroup(uniqueName(), { cores: 0.1 });
    await using lan = await Lan.open();
    const host = await lan.attach("busy");
    const begun = performance.now();
    const daemon = host.start({
      name: "busy loop",
      ...group.confine("sh", ["-c", "while :; do :; done"]),
    });
    await pause(1_500);
    const passedMs = performance.now() - begun;
    await daemon.end("SIGKILL");
    assert(group.cpuMs > passedMs * 0.05, `${group.cpuMs} of ${passedMs} ms`);
    assert(group.cpuMs < passedMs * 0.2, `${group.cpuMs} of ${passedMs} ms`);
  },
});

Deno.test({
  name: "a process in a group and a network namespace finds its own limits",
  ignore,
  fn: async () => {
    const memoryBytes = 128 * 1024 * 1024;
    await using group = new ControlGroup(uniqueName(), { cores: 0.25, memoryBytes });
    await using lan = await Lan.open();
    const host = await lan.attach("reader");
    const config = new URL("../../deno.json", import.meta.url);
    const module = new URL("../../lib/systeminfo/mod.ts", import.meta.url);
    const script = `import { findCgroupLimits, readText } from ${JSON.stringify(module.href)};
      const { quota, memory } = findCgroupLimits(readText);
      Deno.stdout.writeSync(new TextEncoder().encode(\`\${quota?.cores} \${memory?.bytes}\`));`;
    const path = `${host.directory}/limits.ts`;
    await Deno.writeTextFile(path, script);
    const daemon = host.start({
      name: "reader",
      ...group.confine(Deno.execPath(), [
        "run",
        "--allow-all",
        `--config=${config.pathname}`,
        path,
      ]),
    });
    await daemon.ending;
    assertEquals(await daemon.log(), `0.25 ${memoryBytes}`);
    assert(group.memoryBytes < memoryBytes);
  },
});

Deno.test({
  name: "all that is started on a confined machine is accounted for, without a limit as well",
  ignore,
  fn: async () => {
    await using group = new ControlGroup(uniqueName());
    await using lan = await Lan.open();
    const host = confinedHost(await lan.attach("busy"), group);
    const twoLoops = "for loop in 1 2; do timeout 0.5 sh -c 'while :; do :; done' & done; wait";
    const daemon = host.start({ name: "loops", command: "sh", args: ["-c", twoLoops] });
    await daemon.ending;
    // Two loops of half a second each; a busy machine gives them less.
    assert(group.cpuMs > 100, `${group.cpuMs} ms`);
    assert(group.cpuMs < 1_200, `${group.cpuMs} ms`);
  },
});

Deno.test({
  name: "the groups of a run that was cut off are removed by the next",
  ignore,
  fn: async () => {
    const { pid, status } = systemCommand("true").spawn();
    await status;
    const leftover = `${mountPoint}/lbt-${pid}-0000-group`;
    await Deno.mkdir(leftover);
    await using _ours = new ControlGroup(uniqueName());
    await removeLeftoverGroups();
    await assertRejects(() => Deno.stat(leftover), Deno.errors.NotFound);
    const list = await runCommand("ls", mountPoint);
    assertMatch(list, new RegExp(`^lbt-${Deno.pid}-`, "m"));
  },
});
