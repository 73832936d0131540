import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { parseMeminfo, usedFraction } from "./meminfo.ts";

// Kernel 6.18.
const sample = `MemTotal:       24684096 kB
MemFree:        23526348 kB
MemAvailable:   23956320 kB
Buffers:            6820 kB
Cached:           593332 kB
SwapCached:            0 kB
Active(anon):       1576 kB
Shmem:              8788 kB
SReclaimable:      93524 kB
HugePages_Total:       0
`;

Deno.test("parseMeminfo takes the kernel's own figure of what is available, in bytes", () => {
  assertEquals(parseMeminfo(sample), {
    totalBytes: 24_684_096 * 1024,
    availableBytes: 23_956_320 * 1024,
  });
});

Deno.test("parseMeminfo estimates what is available on a kernel that does not say", () => {
  const old = sample.replace(/MemAvailable.*\n/, "");
  assertEquals(
    parseMeminfo(old)?.availableBytes,
    (23_526_348 + 6820 + 593_332 + 93_524 - 8788) * 1024,
  );
});

Deno.test("parseMeminfo keeps an available figure within the total", () => {
  const memory = parseMeminfo("MemTotal: 100 kB\nMemAvailable: 140 kB\n");
  assertEquals(memory, { totalBytes: 102_400, availableBytes: 102_400 });
  assertEquals(parseMeminfo("MemTotal: 100 kB\nMemFree: 1 kB\nShmem: 9 kB\n")?.availableBytes, 0);
});

Deno.test("parseMeminfo gives null where a figure is missing", () => {
  for (
    const text of ["", "MemTotal: 100 kB\n", "MemFree: 100 kB\n", "MemTotal: 0 kB\nMemFree: 0 kB\n"]
  ) {
    assertEquals(parseMeminfo(text), null, text);
  }
});

Deno.test("usedFraction is what is not available", () => {
  const memory = parseMeminfo(sample);
  assert(memory !== null);
  assertAlmostEquals(usedFraction(memory), 1 - 23_956_320 / 24_684_096);
});
