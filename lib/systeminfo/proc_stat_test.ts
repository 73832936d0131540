import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { busyFraction, type CpuWork, parseProcStat, workOfCpus } from "./proc_stat.ts";

// Kernel 6.18, two processors.
const sample = `cpu  3011 0 2921 197019 435 0 162 1272 0 0
cpu0 1144 0 1174 99420 60 0 13 593 0 0
cpu1 1866 0 1747 97598 375 0 149 679 0 0
intr 141480 0 0 0 0
ctxt 216350
btime 1763767000
cpufreq 1 2 3 4 5 6 7 8
`;

Deno.test("parseProcStat counts neither idle time nor waiting for disks as busy", () => {
  assertEquals(parseProcStat(sample)?.all, {
    busy: 3011 + 2921 + 162 + 1272,
    total: 3011 + 2921 + 162 + 1272 + 197_019 + 435,
  });
});

Deno.test("parseProcStat counts time stolen by the hypervisor as busy", () => {
  assertEquals(parseProcStat("cpu  0 0 0 90 0 0 0 10 0 0\n")?.all, { busy: 10, total: 100 });
});

Deno.test("parseProcStat does not count guest time twice", () => {
  assertEquals(parseProcStat("cpu  50 0 0 50 0 0 0 0 40 10\n")?.all, { busy: 50, total: 100 });
});

Deno.test("parseProcStat knows the processors that are online by their numbers", () => {
  const text = "cpu  9 0 0 9\ncpu0 1 0 0 2\ncpu3 3 0 0 4\n";
  const cpus = parseProcStat(text)?.cpus;
  assertEquals([...cpus ?? []], [[0, { busy: 1, total: 3 }], [3, { busy: 3, total: 7 }]]);
  assertEquals(parseProcStat(sample)?.cpus.size, 2);
});

Deno.test("parseProcStat reads a kernel that counts fewer kinds of time", () => {
  assertEquals(parseProcStat("cpu 1 2 3 4\n")?.all, { busy: 6, total: 10 });
});

Deno.test("parseProcStat gives null for a text without the line of all processors", () => {
  for (const text of ["", "\n", "cpu\n", "cpu  1 2 3\n", "cpu  1 x 3 4\n", "cpu0 1 2 3 4\n"]) {
    assertEquals(parseProcStat(text), null, text);
  }
});

Deno.test("workOfCpus adds up the processors asked for, and gives null where one is missing", () => {
  const stat = parseProcStat(sample);
  assert(stat !== null);
  assertEquals(workOfCpus(stat, [1]), { busy: 4441, total: 102_414 });
  const both = workOfCpus(stat, [0, 1]);
  assertEquals(both, { busy: 4441 + 2924, total: 102_414 + 102_404 });
  assertEquals(workOfCpus(stat, [1, 2]), null);
});

const work = (busy: number, total: number): CpuWork => ({ busy, total });

Deno.test("busyFraction is the busy part of the time that passed", () => {
  assertAlmostEquals(busyFraction(work(7366, 204_820), work(7416, 205_020)) ?? NaN, 0.25);
  assertEquals(busyFraction(work(7, 100), work(7, 200)), 0);
});

Deno.test("busyFraction is null where no time passed or a counter went backwards", () => {
  assertEquals(busyFraction(work(10, 100), work(10, 100)), null);
  assertEquals(busyFraction(work(10, 100), work(20, 90)), null);
  assertEquals(busyFraction(work(10, 100), work(9, 200)), null);
});

Deno.test("busyFraction is never more than 1, though idle time may go backwards by a tick", () => {
  assertEquals(busyFraction(work(10, 100), work(60, 149)), 1);
});

Deno.test("busyFraction of any two readings is null or from 0 to 1", () => {
  const reading = fc.record({ busy: fc.maxSafeNat(), total: fc.maxSafeNat() });
  fc.assert(fc.property(reading, reading, (before, after) => {
    const busy = busyFraction(before, after);
    assert(busy === null || (busy >= 0 && busy <= 1));
  }));
});
