import { assertEquals } from "@std/assert";
import { findLimitsV1, parseCfsQuota, parseCpuUsageV1, parseMemoryLimitV1 } from "./cgroup_v1.ts";
import { fileTree } from "./file_tree_fixture.ts";

Deno.test("parseCfsQuota gives the cores of a quota, and null for none", () => {
  assertEquals(parseCfsQuota("50000\n", "100000\n"), 0.5);
  assertEquals(parseCfsQuota("200000\n", "100000\n"), 2);
  for (const [quota, period] of [["-1", "100000"], ["0", "100000"], ["50000", "0"], ["", ""]]) {
    assertEquals(parseCfsQuota(quota ?? "", period ?? ""), null);
  }
});

Deno.test("parseCpuUsageV1 gives microseconds, beyond 2^53 nanoseconds too", () => {
  assertEquals(parseCpuUsageV1("2809179931\n"), 2_809_179.931);
  assertEquals(parseCpuUsageV1("9223372036854775807\n"), 9_223_372_036_854_775.807);
  assertEquals(parseCpuUsageV1("\n"), null);
});

Deno.test("parseMemoryLimitV1 takes the kernel's greatest number for no limit", () => {
  assertEquals(parseMemoryLimitV1("268435456\n"), 268_435_456);
  assertEquals(parseMemoryLimitV1("9223372036854771712\n"), null);
  assertEquals(parseMemoryLimitV1("9223372036854710272\n"), null);
  assertEquals(parseMemoryLimitV1("0\n"), null);
});

const cpu = "/sys/fs/cgroup/cpu";
const cpuacct = "/sys/fs/cgroup/cpuacct";
const quotaFiles = {
  [`${cpu}/box/cpu.cfs_quota_us`]: "50000\n",
  [`${cpu}/box/cpu.cfs_period_us`]: "100000\n",
  [`${cpu}/box/inner/cpu.cfs_quota_us`]: "-1\n",
  [`${cpu}/box/inner/cpu.cfs_period_us`]: "100000\n",
};

Deno.test("findLimitsV1 reads the use of a quota where its cgroup is accounted", () => {
  const places = new Map([
    ["cpu", { mountPoint: cpu, path: "/box/inner" }],
    ["cpuacct", { mountPoint: cpuacct, path: "/box/inner" }],
  ]);
  assertEquals(findLimitsV1(places, fileTree(quotaFiles)).quota, {
    source: "cgroup-v1",
    cores: 0.5,
    usageFile: `${cpuacct}/box/cpuacct.usage`,
  });
});

Deno.test("findLimitsV1 knows no use where the process is accounted elsewhere, or nowhere", () => {
  const place = { mountPoint: cpu, path: "/box/inner" };
  for (const path of ["", "/boxer", "/other"]) {
    const places = new Map([["cpu", place], ["cpuacct", { mountPoint: cpuacct, path }]]);
    assertEquals(findLimitsV1(places, fileTree(quotaFiles)).quota?.usageFile, null, path);
  }
  const quota = findLimitsV1(new Map([["cpu", place]]), fileTree(quotaFiles)).quota;
  assertEquals(quota?.usageFile, null);
});

Deno.test("findLimitsV1 reads the processors of a kernel without effective_cpus", () => {
  const places = new Map([["cpuset", { mountPoint: "/cg", path: "/box/inner" }]]);
  const files = { "/cg/box/inner/cpuset.cpus": "\n", "/cg/box/cpuset.cpus": "2-3\n" };
  assertEquals(findLimitsV1(places, fileTree(files)).cpuset?.cpus, [2, 3]);
  const newer = { ...files, "/cg/box/inner/cpuset.effective_cpus": "3\n" };
  assertEquals(findLimitsV1(places, fileTree(newer)).cpuset?.cpus, [3]);
});

Deno.test("findLimitsV1 finds nothing where no controller is mounted", () => {
  const none = { quota: null, cpuset: null, memory: null };
  assertEquals(findLimitsV1(new Map(), fileTree({})), none);
});
