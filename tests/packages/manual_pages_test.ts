import { assertEquals, assertStringIncludes } from "@std/assert";
import { runCommand } from "../../packaging/run_command.ts";
import { executable, names, packageOf } from "./built.ts";
import { systemCommand } from "../system_command.ts";

/** The manual pages of a package, and a sentence from each. */
const pages = (name: string): Record<string, string> => ({
  [`usr/share/man/man8/${name}.8.gz`]: "EXIT STATUS",
  [`usr/share/${name}/man/lb.env.5.gz`]: "LB_PROBE_INTERVAL",
  [`usr/share/${name}/man/lb-protocol.7.gz`]: "HMAC-SHA-256",
});

for (const name of names) {
  Deno.test(`the manual pages of ${name} are rendered without a warning`, async () => {
    const scratch = await Deno.makeTempDir();
    await runCommand("dpkg-deb", ["--extract", packageOf(name), scratch]);
    for (const [path, sentence] of Object.entries(pages(name))) {
      const { text, warnings } = await render(`${scratch}/${path}`);
      assertEquals(warnings, "", path);
      assertStringIncludes(text, sentence);
      assertEquals(text.includes("@"), false, path);
    }
    await Deno.remove(scratch, { recursive: true });
  });

  Deno.test(`the manual page of ${name} names every command that its help names`, async () => {
    const help = await runCommand(executable(name), ["--help"]);
    const commands = [...help.matchAll(new RegExp(`^  ${name} ([a-z]+)`, "gm"))];
    const source = new URL(`../../packaging/debian/man/${name}.8`, import.meta.url);
    const page = await Deno.readTextFile(source);
    const missing = commands.filter(([, command]) => !page.includes(`.It Cm ${command}`));
    assertEquals(missing.map(([, command]) => command), []);
  });
}

async function render(path: string): Promise<{ text: string; warnings: string }> {
  const { stdout, stderr } = await systemCommand("man", {
    args: ["--warnings", "--local-file", path],
    env: { LC_ALL: "C.UTF-8", MANROFFSEQ: "", MANWIDTH: "80", MAN_KEEP_FORMATTING: "" },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { text: decoder.decode(stdout), warnings: decoder.decode(stderr) };
}
