import { assertEquals } from "@std/assert";
import {
  bindingCpuLimit,
  findCgroupLimits,
  type MemoryLimit,
  readCpuUsage,
  readMemoryUse,
} from "./cgroup_limits.ts";
import { fileTree } from "./file_tree_fixture.ts";

const unified = "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw,nsdelegate\n";

Deno.test("findCgroupLimits finds none on a machine without limits", () => {
  // The root of the whole hierarchy has no files of limits; slices and units say "max".
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "0::/system.slice/lb-agent.service\n",
    "/proc/self/mountinfo": unified,
    "/sys/fs/cgroup/cpu.stat": "usage_usec 1\n",
    "/sys/fs/cgroup/system.slice/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/system.slice/memory.max": "max\n",
    "/sys/fs/cgroup/system.slice/memory.high": "max\n",
    "/sys/fs/cgroup/system.slice/lb-agent.service/memory.max": "max\n",
  }));
  assertEquals(limits, { quota: null, cpuset: null, memory: null });
});

Deno.test("findCgroupLimits finds none where there is no /proc at all", () => {
  assertEquals(findCgroupLimits(fileTree({})), { quota: null, cpuset: null, memory: null });
});

Deno.test("findCgroupLimits finds a Docker container's limits at the root of its namespace", () => {
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "0::/\n",
    "/proc/self/mountinfo": unified,
    "/sys/fs/cgroup/cpu.max": "50000 100000\n",
    "/sys/fs/cgroup/memory.max": "268435456\n",
    "/sys/fs/cgroup/cpuset.cpus.effective": "0-7\n",
  }));
  assertEquals(limits.quota?.cores, 0.5);
  assertEquals(limits.quota?.usageFile, "/sys/fs/cgroup/cpu.stat");
  assertEquals(limits.memory?.bytes, 268_435_456);
  assertEquals(limits.cpuset?.cpus.length, 8);
});

Deno.test("findCgroupLimits finds a container's limits above the service it runs in", () => {
  // systemd-nspawn: the payload has a systemd of its own, with slices and units below the root.
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "0::/payload/system.slice/lb-agent.service\n",
    "/proc/self/mountinfo": unified,
    "/sys/fs/cgroup/cpu.max": "150000 100000\n",
    "/sys/fs/cgroup/payload/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/payload/system.slice/cpu.max": "max 100000\n",
    "/sys/fs/cgroup/payload/system.slice/memory.max": "1073741824\n",
    "/sys/fs/cgroup/memory.max": "2147483648\n",
  }));
  assertEquals(limits.quota?.usageFile, "/sys/fs/cgroup/cpu.stat");
  assertEquals(limits.memory?.usageFile, "/sys/fs/cgroup/payload/system.slice/memory.current");
});

Deno.test("findCgroupLimits counts a limit on the own unit", () => {
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "0::/system.slice/lb-agent.service\n",
    "/proc/self/mountinfo": unified,
    "/sys/fs/cgroup/system.slice/lb-agent.service/cpu.max": "20000 100000\n",
  }));
  assertEquals(limits.quota?.cores, 0.2);
});

Deno.test("findCgroupLimits finds nested limits of version 1, each controller by itself", () => {
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "4:memory:/box/inner\n2:cpuacct:/box/inner\n1:cpu:/box/inner\n0::/\n",
    "/proc/self/mountinfo": ["cpu", "cpuacct", "memory"]
      .map((name) => `32 31 0:29 / /sys/fs/cgroup/${name} rw - cgroup cgroup rw,${name}\n`)
      .join(""),
    "/sys/fs/cgroup/cpu/box/cpu.cfs_quota_us": "50000\n",
    "/sys/fs/cgroup/cpu/box/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/cpu/box/inner/cpu.cfs_quota_us": "80000\n",
    "/sys/fs/cgroup/cpu/box/inner/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
    "/sys/fs/cgroup/memory/box/memory.limit_in_bytes": "268435456\n",
    "/sys/fs/cgroup/memory/box/inner/memory.limit_in_bytes": "9223372036854771712\n",
  }));
  assertEquals(limits.quota, {
    source: "cgroup-v1",
    cores: 0.5,
    usageFile: "/sys/fs/cgroup/cpuacct/box/cpuacct.usage",
  });
  assertEquals(limits.memory?.bytes, 268_435_456);
  assertEquals(limits.memory?.usageFile, "/sys/fs/cgroup/memory/box/memory.usage_in_bytes");
});

Deno.test("findCgroupLimits takes each kind of limit from the version that has it", () => {
  const limits = findCgroupLimits(fileTree({
    "/proc/self/cgroup": "1:cpu,cpuacct:/box\n0::/box\n",
    "/proc/self/mountinfo":
      "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n" +
      "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
    "/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_quota_us": "50000\n",
    "/sys/fs/cgroup/cpu,cpuacct/box/cpu.cfs_period_us": "100000\n",
    "/sys/fs/cgroup/unified/box/memory.max": "1000000\n",
  }));
  assertEquals(limits.quota?.source, "cgroup-v1");
  assertEquals(limits.memory?.source, "cgroup-v2");
});

const quota = { source: "cgroup-v2", cores: 1.5, usageFile: "/u" } as const;
const cpuset = (...cpus: number[]) => ({ source: "cgroup-v2", cpus } as const);

Deno.test("bindingCpuLimit chooses what leaves fewer cores", () => {
  const online = [0, 1, 2, 3];
  assertEquals(bindingCpuLimit({ quota, cpuset: cpuset(0, 1, 2) }, online), quota);
  assertEquals(bindingCpuLimit({ quota, cpuset: cpuset(2) }, online), cpuset(2));
  assertEquals(bindingCpuLimit({ quota, cpuset: null }, online), quota);
});

Deno.test("bindingCpuLimit gives null where nothing leaves less than the machine has", () => {
  assertEquals(bindingCpuLimit({ quota: null, cpuset: null }, [0, 1]), null);
  assertEquals(bindingCpuLimit({ quota, cpuset: cpuset(0) }, [0]), null);
  assertEquals(bindingCpuLimit({ quota: null, cpuset: cpuset(0, 1) }, [0, 1]), null);
});

Deno.test("bindingCpuLimit leaves out processors of the set that are not online", () => {
  const binding = bindingCpuLimit({ quota: null, cpuset: cpuset(1, 2, 9) }, [0, 1, 2]);
  assertEquals(binding, cpuset(1, 2));
  assertEquals(bindingCpuLimit({ quota: null, cpuset: cpuset(8, 9) }, [0, 1, 2]), null);
});

Deno.test("readCpuUsage reads either version's file in microseconds", () => {
  const read = fileTree({ "/v1": "2809179931\n", "/v2": "usage_usec 2809179\n" });
  assertEquals(
    readCpuUsage({ source: "cgroup-v1", cores: 1, usageFile: "/v1" }, read),
    2_809_179.931,
  );
  assertEquals(readCpuUsage({ source: "cgroup-v2", cores: 1, usageFile: "/v2" }, read), 2_809_179);
});

Deno.test("readCpuUsage gives null where the use cannot be read", () => {
  assertEquals(
    readCpuUsage({ source: "cgroup-v1", cores: 1, usageFile: null }, fileTree({})),
    null,
  );
  assertEquals(readCpuUsage(quota, fileTree({})), null);
});

const memory = (source: MemoryLimit["source"]): MemoryLimit => ({
  source,
  bytes: 1000,
  usageFile: "/use",
  statFile: "/stat",
});
const memoryStat = "inactive_file 100\ntotal_inactive_file 250\n";

Deno.test("readMemoryUse does not count file pages that nobody asked for again", () => {
  const read = fileTree({ "/use": "750\n", "/stat": memoryStat });
  assertEquals(readMemoryUse(memory("cgroup-v2"), read), 0.65);
  assertEquals(readMemoryUse(memory("cgroup-v1"), read), 0.5);
});

Deno.test("readMemoryUse stays from 0 to 1, and needs no more than the use", () => {
  const used = (use: string, stat: string) =>
    readMemoryUse(memory("cgroup-v2"), fileTree({ "/use": use, "/stat": stat }));
  assertEquals(used("50\n", memoryStat), 0);
  assertEquals(used("1300\n", memoryStat), 1);
  assertEquals(used("750\n", ""), 0.75);
  assertEquals(used("", memoryStat), null);
});
