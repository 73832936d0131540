// deno-lint-ignore-file lb-tests/declared-needs -- its samples are what is to be found
import { assertEquals } from "@std/assert";
import plugin from "./declared_needs.ts";

function findings(file: string, source: string): number {
  return Deno.lint.runPlugin(plugin, new URL(`../${file}`, import.meta.url).pathname, source)
    .length;
}

const test = "tests/network/some_test.ts";

Deno.test("a command that a test starts by itself is reported, however it is written", () => {
  const sources = [
    'new Deno.Command("ss", { args });',
    'new Deno["Command"]("ss");',
    "const { Command } = Deno;",
    "const start = Deno.Command;",
    'import { spawn } from "node:child_process";',
    'import * as processes from "child_process";',
  ];
  for (const source of sources) assertEquals(findings(test, source), 1, source);
});

Deno.test("it is reported in every test, fixture and tool", () => {
  const source = 'new Deno.Command("ss");';
  const held = [
    "lib/net/a_test.ts",
    "agent/a_fixture.ts",
    "packaging/deb.ts",
    "tests/demo/demo.ts",
  ];
  for (const file of held) assertEquals(findings(file, source), 1, file);
  for (const file of ["lib/diagnosis/machine_check.ts", "packaging/run_command.ts"]) {
    assertEquals(findings(file, source), 0, file);
  }
});

Deno.test("the program that runs the tests is there, and may be started", () => {
  assertEquals(findings(test, 'new Deno.Command(Deno.execPath(), { args: ["info"] });'), 0);
  assertEquals(findings(test, 'systemCommand("ss", { args }).spawn();'), 0);
});

Deno.test("a path into the system is reported, in a script as well", () => {
  const sources = [
    'read("/usr/share/bash-completion/bash_completion");',
    "run(`source /usr/share/a; b`);",
    "run(`/usr/sbin/${name}`);",
    'run("LD_PRELOAD=/lib/x86_64-linux-gnu/libc.so.6 true");',
    'start("/sbin/nft");',
    "start(`${before} /usr/local/bin/x`);",
  ];
  for (const source of sources) assertEquals(findings(test, source), 1, source);
});

Deno.test("a path that is declared, or that begins elsewhere, is none", () => {
  const sources = [
    'systemFile("/usr/share/bash-completion/bash_completion");',
    "extract(`${root}/usr/lib/systemd/system`);",
    'extract("usr/share/man/man8");',
    'write("#!/bin/sh\\nexec true\\n");',
    'get("http://10.0.0.1/lib/page.html");',
  ];
  for (const source of sources) assertEquals(findings(test, source), 0, source);
});
