import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { LoadSampler } from "./load_sampler.ts";

/** The files of a machine with two processors and 1,000 kB, which a test changes as it goes. */
function machine(): Record<string, string> {
  return {
    "/proc/stat": stat([0, 0], [0, 0]),
    "/proc/meminfo": "MemTotal: 1000 kB\nMemAvailable: 600 kB\n",
    "/proc/pressure/cpu": "some avg10=10.00 avg60=0.00 avg300=0.00 total=0\n",
    "/proc/pressure/memory": "some avg10=20.00 avg60=0.00 avg300=0.00 total=0\n",
    "/proc/pressure/io": "some avg10=40.00 avg60=0.00 avg300=0.00 total=0\n",
    "/proc/net/snmp": "Tcp: MaxConn CurrEstab\nTcp: -1 12\n",
  };
}

/** `/proc/stat` of some processors, by the busy and the idle ticks of each. */
function stat(...cpus: [busy: number, idle: number][]): string {
  const line = (name: string, busy: number, idle: number) => `cpu${name} ${busy} 0 0 ${idle}\n`;
  const sum = (column: 0 | 1) => cpus.reduce((total, cpu) => total + cpu[column], 0);
  return line(" ", sum(0), sum(1)) +
    cpus.map(([busy, idle], i) => line(`${i}`, busy, idle)).join("");
}

/** Puts the machine's programs into the cgroup `/box`, with the limits given. */
function inBox(files: Record<string, string>, limits: Record<string, string>): void {
  files["/proc/self/cgroup"] = "0::/box\n";
  files["/proc/self/mountinfo"] = "31 23 0:28 / /cg rw - cgroup2 cgroup2 rw\n";
  for (const [name, text] of Object.entries(limits)) files[`/cg/box/${name}`] = text;
}

/** A sampler over files, which counts what it reads. */
function sampling(files: Record<string, string>) {
  const reads: string[] = [];
  const sampler = new LoadSampler((path) => {
    reads.push(path);
    return files[path] ?? null;
  });
  return { sampler, reads };
}

Deno.test("A machine without limits is measured by its /proc", () => {
  const files = machine();
  const { sampler } = sampling(files);
  sampler.sample(1000);
  files["/proc/stat"] = stat([60, 40], [20, 80]);
  assertEquals(sampler.sample(2000), {
    cpu: { busy: 0.4, cores: 2, source: "machine" },
    ram: { used: 0.4, totalBytes: 1_024_000, source: "machine" },
    pressure: { cpu: 0.1, memory: 0.2, io: 0.4 },
    establishedTcp: 12,
  });
});

Deno.test("The processor's load is unknown until the shortest window has passed", () => {
  const files = machine();
  const { sampler } = sampling(files);
  assertEquals(sampler.sample(0).cpu, null);
  files["/proc/stat"] = stat([20, 20], [20, 20]);
  assertEquals(sampler.sample(499).cpu, null);
  assertEquals(sampler.sample(600).cpu?.busy, 0.5);
});

Deno.test("The processor's load is measured since the newest reading that is old enough", () => {
  const files = machine();
  const { sampler } = sampling(files);
  const sampleAt = (nowMs: number, busy: number, idle: number) => {
    files["/proc/stat"] = stat([busy, idle]);
    return sampler.sample(nowMs).cpu?.busy ?? null;
  };
  assertEquals(sampleAt(0, 0, 0), null);
  assertEquals(sampleAt(400, 0, 40), null);
  assertEquals(sampleAt(700, 30, 40), 30 / 70); // since 0
  assertEquals(sampleAt(1000, 60, 40), 1); // since 400
  assertEquals(sampleAt(1100, 60, 50), 60 / 70); // still since 400
  assertEquals(sampleAt(1200, 60, 60), 0.6); // since 700
  assertEquals(sampleAt(9000, 60, 840), 0); // since 1200
});

Deno.test("A sample asked for soon after another is the same, and reads nothing", () => {
  const files = machine();
  const { sampler, reads } = sampling(files);
  const first = sampler.sample(0);
  const readSoFar = reads.length;
  files["/proc/meminfo"] = "MemTotal: 1000 kB\nMemAvailable: 0 kB\n";
  assertEquals(sampler.sample(99), first);
  assertEquals(reads.length, readSoFar);
  assertEquals(sampler.sample(100).ram?.used, 1);
});

Deno.test("A caller who is content with an older sample is given that", () => {
  const { sampler, reads } = sampling(machine());
  sampler.sample(1000);
  reads.length = 0;
  sampler.sample(1999, 1000);
  assertEquals(reads, []);
  sampler.sample(2000, 1000);
  assert(reads.length > 0);
});

Deno.test("Under a quota the processor's load is the cgroup's use of it", () => {
  const files = machine();
  inBox(files, { "cpu.max": "50000 100000\n", "cpu.stat": "usage_usec 7000000\n" });
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/proc/stat"] = stat([100, 0], [100, 0]);
  files["/cg/box/cpu.stat"] = "usage_usec 7200000\n";
  assertEquals(sampler.sample(1000).cpu, { busy: 0.4, cores: 0.5, source: "cgroup-v2" });
});

Deno.test("A burst beyond the quota is a load of 1", () => {
  const files = machine();
  inBox(files, { "cpu.max": "50000 100000\n", "cpu.stat": "usage_usec 0\n" });
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/cg/box/cpu.stat"] = "usage_usec 600000\n";
  assertEquals(sampler.sample(1000).cpu?.busy, 1);
});

Deno.test("A quota whose use is not accounted leaves the processor's load unknown", () => {
  const files = machine();
  inBox(files, { "cpu.max": "50000 100000\n" });
  const { sampler } = sampling(files);
  sampler.sample(0);
  assertEquals(sampler.sample(1000).cpu, null);
});

Deno.test("Under a limit to some processors, these are measured, whoever keeps them busy", () => {
  const files = machine();
  inBox(files, { "cpuset.cpus.effective": "1\n" });
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/proc/stat"] = stat([0, 100], [75, 25]);
  assertEquals(sampler.sample(1000).cpu, { busy: 0.75, cores: 1, source: "cgroup-v2" });
});

Deno.test("A limit of memory is found independently of the processor's", () => {
  const files = machine();
  inBox(files, {
    "memory.max": "100000\n",
    "memory.current": "70000\n",
    "memory.stat": "inactive_file 20000\n",
  });
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/proc/stat"] = stat([50, 50], [50, 50]);
  const { cpu, ram } = sampler.sample(1000);
  assertEquals(cpu, { busy: 0.5, cores: 2, source: "machine" });
  assertEquals(ram, { used: 0.5, totalBytes: 100_000, source: "cgroup-v2" });
});

Deno.test("A limit of memory that the machine does not have is none", () => {
  const files = machine();
  inBox(files, { "memory.max": "1024000\n", "memory.current": "70000\n" });
  assertEquals(sampling(files).sampler.sample(0).ram?.source, "machine");
});

Deno.test("A hybrid machine's limits of version 1 are measured at the cgroup that carries them", () => {
  const files = machine();
  files["/proc/self/cgroup"] = "2:cpuacct:/box/inner\n1:cpu:/box/inner\n0::/\n";
  files["/proc/self/mountinfo"] = "32 31 0:29 / /cg/cpu rw - cgroup cgroup rw,cpu\n" +
    "33 31 0:30 / /cg/cpuacct rw - cgroup cgroup rw,cpuacct\n" +
    "41 31 0:38 / /cg/unified rw - cgroup2 cgroup2 rw\n";
  files["/cg/cpu/box/cpu.cfs_quota_us"] = "150000\n";
  files["/cg/cpu/box/cpu.cfs_period_us"] = "100000\n";
  files["/cg/cpuacct/box/cpuacct.usage"] = "1000000000\n";
  files["/cg/cpuacct/box/inner/cpuacct.usage"] = "0\n";
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/cg/cpuacct/box/cpuacct.usage"] = "1900000000\n";
  const { cpu } = sampler.sample(1000);
  assertAlmostEquals(cpu?.busy ?? NaN, 0.6);
  assertEquals(cpu?.cores, 1.5);
  assertEquals(cpu?.source, "cgroup-v1");
});

Deno.test("Limits are looked for again now and then, not at each sample", () => {
  const files = machine();
  const { sampler, reads } = sampling(files);
  for (let nowMs = 0; nowMs < 60_000; nowMs += 1000) sampler.sample(nowMs);
  assertEquals(reads.filter((path) => path === "/proc/self/mountinfo").length, 2);
});

Deno.test("Readings under different limits are not compared with each other", () => {
  const files = machine();
  const { sampler } = sampling(files);
  sampler.sample(0);
  inBox(files, { "cpu.max": "50000 100000\n", "cpu.stat": "usage_usec 900000000\n" });
  assertEquals(sampler.sample(30_000).cpu, null);
  files["/cg/box/cpu.stat"] = "usage_usec 900125000\n";
  assertEquals(sampler.sample(31_000).cpu, { busy: 0.25, cores: 0.5, source: "cgroup-v2" });
});

Deno.test("Limits are looked for again soon after a figure could not be read", () => {
  const files = machine();
  inBox(files, { "memory.max": "100000\n", "memory.current": "50000\n" });
  const { sampler, reads } = sampling(files);
  assertEquals(sampler.sample(0).ram?.source, "cgroup-v2");
  delete files["/cg/box/memory.max"];
  delete files["/cg/box/memory.current"];
  assertEquals(sampler.sample(1000).ram, null);
  assertEquals(sampler.sample(5000).ram?.source, "machine");
  assertEquals(reads.filter((path) => path === "/proc/self/mountinfo").length, 2);
});

Deno.test("A counter that goes backwards leaves the load unknown until the next reading", () => {
  const files = machine();
  files["/proc/stat"] = stat([500, 500]);
  const { sampler } = sampling(files);
  sampler.sample(0);
  files["/proc/stat"] = stat([5, 5]);
  assertEquals(sampler.sample(1000).cpu, null);
  files["/proc/stat"] = stat([10, 10]);
  assertEquals(sampler.sample(2000).cpu?.busy, 0.5);
});

Deno.test("Figures that cannot be read are unknown, not 0", () => {
  const { sampler } = sampling({});
  const unknown = { cpu: null, ram: null, pressure: null, establishedTcp: null };
  assertEquals(sampler.sample(0), unknown);
  assertEquals(sampler.sample(1000), unknown);
});

Deno.test("Pressure is unknown where one of its files is missing", () => {
  const files = machine();
  delete files["/proc/pressure/io"];
  assertEquals(sampling(files).sampler.sample(0).pressure, null);
});
