import { assertEquals } from "@std/assert";
import { architectures } from "../../packaging/architecture.ts";
import { makeDeb } from "../../packaging/deb.ts";
import { sha256 } from "../../packaging/fallback_runtime.ts";
import { executable } from "./built.ts";

const built = {
  architecture: architectures[Deno.build.arch],
  runtime: "official",
  directory: "dist",
} as const;

Deno.test("a package made twice is the same .deb, whatever the umask", async () => {
  executable("lb-frontend");
  const digests = new Set<string>();
  const before = Deno.umask();
  for (const mask of [0o022, 0o077]) {
    const directory = await Deno.makeTempDir();
    try {
      Deno.umask(mask);
      // xz gives the same bytes for the same bytes: its lowest level shows as much as its highest.
      const path = await makeDeb("lb-frontend", built, { directory, compression: 0 });
      digests.add(sha256(await Deno.readFile(path)));
    } finally {
      Deno.umask(before);
      await Deno.remove(directory, { recursive: true });
    }
  }
  assertEquals(digests.size, 1);
});
