import { assertEquals, assertThrows } from "@std/assert";
import { fillCommandDirectory } from "./runner/command_directory.ts";
import { suiteEnvironment } from "./runner/suite_environment.ts";
import { findCommand } from "./find_command.ts";
import { systemCommand } from "./system_command.ts";
import { systemFile } from "./system_file.ts";

/** Runs something as part of a suite that declares these packages and files. */
async function inSuite(
  packages: readonly string[],
  files: string,
  work: () => void | Promise<void>,
): Promise<void> {
  const names = ["PATH", suiteEnvironment.name, suiteEnvironment.files];
  const before = names.map((name) => [name, Deno.env.get(name)] as const);
  const directory = await Deno.makeTempDir();
  try {
    await fillCommandDirectory(directory, packages);
    Deno.env.set("PATH", directory);
    Deno.env.set(suiteEnvironment.name, "example");
    Deno.env.set(suiteEnvironment.files, files);
    await work();
  } finally {
    for (const [name, value] of before) {
      if (value === undefined) Deno.env.delete(name);
      else Deno.env.set(name, value);
    }
    await Deno.remove(directory, { recursive: true });
  }
}

const isDebian = findCommand("dpkg-query") !== null;

Deno.test({
  name: "a suite finds what every Debian has, and no command that it does not declare",
  ignore: !isDebian,
  fn: () =>
    inSuite([], "", async () => {
      const { stdout } = await systemCommand("sh", { args: ["-c", "echo well"] }).output();
      assertEquals(new TextDecoder().decode(stdout), "well\n");
      // It is not essential, and nearly everywhere.
      assertThrows(
        () => systemCommand("sysctl"),
        Deno.errors.NotFound,
        'Cannot run sysctl: the suite "example" does not declare it',
      );
      const { code } = await systemCommand("sh", { args: ["-c", "sysctl -a"] }).output();
      assertEquals(code, 127);
    }),
});

Deno.test({
  name: "awk is there by one of its programs, though no package has a file of that name",
  ignore: !isDebian,
  fn: () => inSuite([], "", () => assertEquals(findCommand("awk") !== null, true)),
});

Deno.test("a command that is not installed is said to be so", () => {
  assertThrows(() => systemCommand("no-such-command"), Deno.errors.NotFound, "no-such-command");
});

Deno.test("a suite uses the files that it declares, and what is in the folders, and no others", () =>
  inSuite([], "/data/one.txt:/data/folder", () => {
    for (const path of ["/data/one.txt", "/data/folder", "/data/folder/unit"]) {
      assertEquals(systemFile(path), path);
    }
    for (const path of ["/data/two.txt", "/data/folders", "/data"]) {
      assertThrows(() => systemFile(path), RangeError, 'the suite "example" does not declare it');
    }
  }));
