import { assertEquals } from "@std/assert";
import { runCommand } from "../../packaging/run_command.ts";
import { names, packageOf } from "./built.ts";

Deno.test("lintian finds no error and no warning", async () => {
  const packages = names.map(packageOf);
  const allowRoot = Deno.uid() === 0 ? ["--allow-root"] : [];
  const complaints = await runCommand("lintian", [
    ...allowRoot,
    "--fail-on=error,warning",
    ...packages,
  ]);
  assertEquals(complaints, "");
});

Deno.test("shellcheck finds nothing in the maintainer scripts and the completion", async () => {
  const directory = new URL("../../packaging/debian/", import.meta.url).pathname;
  const files = ["postinst", "prerm", "postrm", "completion.bash"];
  assertEquals(await runCommand("shellcheck", files.map((file) => directory + file)), "");
});
