import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { writeReport } from "./report.ts";
import type { Group, Measured, Results } from "./results.ts";

function group(title: string, measured: readonly Measured[]): Group {
  const placement = { proxy: "0-0", others: "1-1" };
  return { title, placement, shareCores: 0.3, latencyRate: 5000, measured };
}

function report(groups: readonly Group[], remarks = ""): string {
  const results: Results = {
    command: "bench",
    circumstances: ["A machine"],
    rounds: 2,
    seconds: 1,
    groups,
  };
  return writeReport(results, remarks);
}

/** The cells of the first row whose first cell is given. */
function row(text: string, first: string): string[] {
  const line = text.split("\n").find((line) => line.startsWith(`| ${first} |`));
  assert(line !== undefined, `no row ${first} in ${text}`);
  return line.slice(2, -2).split(" | ");
}

const alone = group("One thread", [
  { name: "direct", role: "direct", settings: "", samples: [{ freshRate: 500 }, {}] },
  {
    name: "slow peer",
    role: "peer",
    settings: "",
    samples: [{ freshRate: 50, memoryEach: 3 }, { freshRate: 50 }],
  },
  {
    name: "fast peer",
    role: "peer",
    settings: "",
    samples: [{ freshRate: 100 }, { freshRate: 200 }],
  },
  {
    name: "lb deno",
    role: "deno",
    settings: "",
    samples: [{ freshRate: 70, memoryEach: 30 }, { freshRate: 150 }],
  },
]);

Deno.test("an engine is judged beside the best of the others, in the same round", () => {
  assertEquals(row(report([alone]), "fresh connections/s"), [
    "fresh connections/s",
    "fast peer 150 (100–200)",
    ...["0.73 (0.70–0.75)", "0.7", "0.8", "reached"],
  ]);
});

Deno.test("memory is judged as it is, whatever others take", () => {
  assertEquals(row(report([alone]), "memory per idle connection, KiB").slice(2), [
    ...["30.0", "24", "14", "missed"],
  ]);
});

Deno.test("what was not measured is no figure", () => {
  const text = report([alone]);
  assertEquals(row(text, "p99 latency at half load"), [
    ...["p99 latency at half load", "—", "—", "1.2", "1", "—"],
  ]);
  assert(!text.includes("kept-alive requests |"), "a row without figures");
});

Deno.test("a second thread is compared with one in the same place", () => {
  const threads = group("Threads", [
    { name: "lb deno ×1", role: "deno", settings: "", samples: [{ freshCpu: 1 }, { freshCpu: 2 }] },
    { name: "lb deno ×2", role: "deno", settings: "", samples: [{ freshCpu: 2 }, { freshCpu: 2 }] },
  ]);
  assertEquals(row(report([alone, threads]), "lb deno"), [
    ...["lb deno", "1.50 (1.00–2.00)", "1.15", "1.05", "missed"],
  ]);
});

Deno.test("remarks stand at the end", () => {
  assertStringIncludes(report([alone], "## Remarks\n\nWhy.\n"), "|\n\n## Remarks\n\nWhy.\n");
});
