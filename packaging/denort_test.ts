import { assertEquals, assertRejects } from "@std/assert";
import { architectures } from "./architecture.ts";
import { findRuntime, type RuntimeSources } from "./denort.ts";
import { fallback } from "./fallback_runtime.ts";

const { x86_64, aarch64 } = architectures;

/** Sources that have nothing, and what was announced. */
function sourcesWith(has: Partial<RuntimeSources>): RuntimeSources & { announced: string[] } {
  const announced: string[] = [];
  return {
    announced,
    given: undefined,
    officialAvailable: () => Promise.resolve(false),
    fetchFallback: () => Promise.reject(new Error("npm is not there\nand more lines")),
    announce: (line) => announced.push(line),
    ...has,
  };
}

Deno.test("DENORT_BIN comes before all other runtimes", async () => {
  const sources = sourcesWith({
    given: "/opt/denort",
    officialAvailable: () => Promise.resolve(true),
  });
  const runtime = await findRuntime(x86_64, fallback.denoVersion, sources);
  assertEquals(runtime, { origin: "given", path: "/opt/denort" });
});

Deno.test("Deno's own download comes before the fallback, and is not announced", async () => {
  const sources = sourcesWith({
    officialAvailable: (target) => Promise.resolve(target === x86_64.target),
    fetchFallback: () => Promise.resolve("/cache/denort"),
  });
  const runtime = await findRuntime(x86_64, fallback.denoVersion, sources);
  assertEquals(runtime, { origin: "official", path: null });
  assertEquals(sources.announced, []);
});

Deno.test("the fallback announces itself in one line with its origin and its digest", async () => {
  const sources = sourcesWith({ fetchFallback: () => Promise.resolve("/cache/denort") });
  const runtime = await findRuntime(x86_64, fallback.denoVersion, sources);
  assertEquals(runtime, { origin: "fallback", path: "/cache/denort" });
  const [line = "", ...more] = sources.announced;
  assertEquals(more, []);
  assertEquals(line.includes(fallback.npmPackage), true);
  assertEquals(line.includes(fallback.runtimeSha256), true);
  assertEquals(line.includes("\n"), false);
});

Deno.test("without any runtime the error is one line that names what to set", async () => {
  const error = await assertRejects(
    () => findRuntime(x86_64, fallback.denoVersion, sourcesWith({})),
    Error,
    "set DENORT_BIN",
  );
  assertEquals(error.message.includes("npm is not there"), true);
  assertEquals(error.message.includes("\n"), false);
});

Deno.test("the fallback is not used for another architecture or version of Deno", async () => {
  const sources = () => sourcesWith({ fetchFallback: () => Promise.resolve("/cache/denort") });
  for (
    const [architecture, version] of [[aarch64, fallback.denoVersion], [x86_64, "2.9.5"]] as const
  ) {
    const error = await assertRejects(
      () => findRuntime(architecture, version, sources()),
      Error,
      "set DENORT_BIN",
    );
    assertEquals(error.message.includes(version), true);
    assertEquals(error.message.includes(architecture.target), true);
  }
});
