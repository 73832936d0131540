import { assertEquals } from "@std/assert";
import { findLimitsV2, parseCpuMax, parseCpuUsageV2 } from "./cgroup_v2.ts";
import { fileTree } from "./file_tree_fixture.ts";

Deno.test("parseCpuMax gives the cores of a quota, and null for none", () => {
  assertEquals(parseCpuMax("50000 100000\n"), 0.5);
  for (const text of ["max 100000\n", "", "50000\n", "50000 0\n", "0 100000\n", "x y\n"]) {
    assertEquals(parseCpuMax(text), null, text);
  }
});

Deno.test("parseCpuUsageV2 gives the microseconds used", () => {
  const stat = "usage_usec 2809179\nuser_usec 2500000\nsystem_usec 309179\nnr_periods 57\n";
  assertEquals(parseCpuUsageV2(stat), 2_809_179);
  assertEquals(parseCpuUsageV2("user_usec 1\n"), null);
});

const place = { mountPoint: "/cg", path: "/box" };

Deno.test("findLimitsV2 takes the smaller of a hard and a throttling limit of memory", () => {
  const limit = (max: string, high: string) =>
    findLimitsV2(place, fileTree({ "/cg/box/memory.max": max, "/cg/box/memory.high": high }))
      .memory?.bytes ?? null;
  assertEquals(limit("1000\n", "max\n"), 1000);
  assertEquals(limit("max\n", "800\n"), 800);
  assertEquals(limit("1000\n", "800\n"), 800);
  assertEquals(limit("max\n", "max\n"), null);
  assertEquals(limit("1000\n", "0\n"), 1000);
});

Deno.test("findLimitsV2 names the files of the cgroup that carries each limit", () => {
  const files = {
    "/cg/cpu.max": "150000 100000\n",
    "/cg/memory.max": "4000\n",
    "/cg/box/memory.max": "1000\n",
    "/cg/cpuset.cpus.effective": "0-3\n",
  };
  const source = "cgroup-v2";
  assertEquals(findLimitsV2(place, fileTree(files)), {
    quota: { source, cores: 1.5, usageFile: "/cg/cpu.stat" },
    cpuset: { source, cpus: [0, 1, 2, 3] },
    memory: {
      source,
      bytes: 1000,
      usageFile: "/cg/box/memory.current",
      statFile: "/cg/box/memory.stat",
    },
  });
});
