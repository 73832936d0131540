import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { type CommandLine, parseCommandLine } from "./command_line.ts";
import type { ProgramDescription } from "./help_text.ts";
import { flagOf, programs, variablesOf } from "./variables.ts";

const description: ProgramDescription = {
  program: "lb-frontend",
  version: "0.1.0 (Deno 2.9.4)",
  summary: "hands each connection to the best server",
  commands: [
    { name: "status", flags: [{ name: "json", summary: "as JSON" }], summary: "the table, once" },
    {
      name: "drain",
      arguments: ["BACKEND"],
      flags: [{ name: "within", placeholder: "DURATION", summary: "how long it may take" }],
      summary: "no new connections",
    },
  ],
  files: [["/etc/lb/lb.env", "the settings"]],
};

function parse(...args: string[]): CommandLine {
  return parseCommandLine(description, args);
}

function usageError(...args: string[]): string {
  const parsed = parse(...args);
  assert(parsed.kind === "usage-error", `accepted: ${args.join(" ")}`);
  return parsed.message;
}

Deno.test("without arguments the program runs", () => {
  assertEquals(parse(), { kind: "run", settings: {} });
});

Deno.test("flags of settings are handed on as they are", () => {
  const settings = { listen: "http=80,https=443", "probe-interval": "250ms" };
  const args = ["--listen", "http=80,https=443", "--probe-interval=250ms"];
  assertEquals(parse(...args), { kind: "run", settings });
  assertEquals(parse(...args, "--check"), { kind: "check", settings });
});

Deno.test("every setting has its flag", () => {
  for (const program of programs) {
    for (const flag of variablesOf(program).map(flagOf)) {
      const parsed = parseCommandLine({ ...description, program }, [`--${flag}`, "x"]);
      assertEquals(parsed, { kind: "run", settings: { [flag]: "x" } });
    }
  }
});

Deno.test("a command has its arguments, its flags and the settings, before or after it", () => {
  const expected: CommandLine = {
    kind: "command",
    command: "drain",
    arguments: ["10.0.0.11:80"],
    flags: { within: "10s" },
    settings: { control: "/x" },
  };
  assertEquals(parse("drain", "10.0.0.11:80", "--within", "10s", "--control=/x"), expected);
  assertEquals(parse("--control=/x", "--within=10s", "drain", "10.0.0.11:80"), expected);
});

Deno.test("a flag without a value is true", () => {
  const parsed = parse("status", "--json");
  assertEquals(parsed.kind === "command" && parsed.flags, { json: true });
});

Deno.test("an id that looks like a number stays the text that it is", () => {
  for (const id of ["00000012", "12345678", "0x1f", "1e3"]) {
    const parsed = parse("drain", id);
    assertEquals(parsed.kind === "command" && parsed.arguments, [id]);
  }
});

Deno.test("the version is the program's name and what was told of it", () => {
  assertEquals(parse("--version"), { kind: "print", text: "lb-frontend 0.1.0 (Deno 2.9.4)\n" });
});

Deno.test("help comes before every error, and names all there is", () => {
  for (const args of [["--help"], ["-h"], ["--nonsense", "--help"], ["drain", "-h"]]) {
    const parsed = parse(...args);
    assert(parsed.kind === "print");
    for (const { name, default: usual } of variablesOf("lb-frontend")) {
      assertStringIncludes(parsed.text, name);
      assertStringIncludes(parsed.text.replaceAll(/\s+/g, " "), `(default: ${usual})`);
    }
    assertStringIncludes(parsed.text, "lb-frontend drain BACKEND [--within DURATION]");
    assertStringIncludes(parsed.text, "/etc/lb/lb.env");
    assert(!parsed.text.includes("LB_SERVICES"));
    assert(parsed.text.split("\n").every((line) => line.length <= 100));
  }
});

Deno.test("an unknown flag is refused with the one that was meant, and without its value", () => {
  const message = usageError("--polcy=random");
  assertEquals(
    message,
    'unknown flag "--polcy"; did you mean --policy? (see lb-frontend --help)',
  );
  assert(!usageError("--kye=correct-horse-battery").includes("horse"));
  assertStringIncludes(usageError("status", "--jsn"), "did you mean --json?");
  assertStringIncludes(usageError("-x"), 'unknown flag "-x"');
});

Deno.test("a setting of the other program is refused as that", () => {
  assertStringIncludes(usageError("--services=80"), "--services is a setting of lb-agent alone");
});

Deno.test("a flag without the value it needs is refused", () => {
  for (const args of [["--listen"], ["--listen="], ["--listen", "--check"], ["--listen", ""]]) {
    assertStringIncludes(usageError(...args), "--listen needs a value");
  }
});

Deno.test("a flag of a command is refused without it", () => {
  assertStringIncludes(usageError("--json"), "--json belongs to status");
  assertStringIncludes(usageError("status", "--within", "1s"), "--within belongs to drain");
});

Deno.test("a check goes with no command", () => {
  assertStringIncludes(usageError("status", "--check"), "--check stands alone");
});

Deno.test("an unknown command is refused with those that exist", () => {
  assertStringIncludes(usageError("statsu"), "did you mean status?");
  assertStringIncludes(usageError("restart"), "it has status, drain");
});

Deno.test("a command is refused with too few or too many words", () => {
  assertStringIncludes(usageError("drain"), "BACKEND is missing: lb-frontend drain BACKEND");
  assertStringIncludes(usageError("drain", "a", "b"), '"b" is one word too many');
});

Deno.test("property: any command line is understood or refused by one line", () => {
  const known = "--help --version --check --listen --json --within status drain -- - -h = 80".split(
    " ",
  );
  const word = fc.oneof(fc.constantFrom(...known), fc.string({ unit: "binary" }));
  fc.assert(fc.property(fc.array(word, { maxLength: 5 }), (args) => {
    const parsed = parse(...args);
    if (parsed.kind === "usage-error") {
      assert(!/[\p{C}\p{Zl}\p{Zp}]/u.test(parsed.message), parsed.message);
    }
  }));
});

Deno.test("no message shows what a word assigns, as it may be a key", () => {
  const words = ["LB_KEY=secret", "--kye=secret"];
  for (const args of [...words.map((word) => [word]), ["status", "LB_KEY=secret"]]) {
    const line = parseCommandLine(description, args);
    assert(line.kind === "usage-error");
    assertEquals([line.message, line.message.includes("secret")], [line.message, false]);
  }
});
