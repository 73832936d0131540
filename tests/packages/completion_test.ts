import { assert, assertEquals } from "@std/assert";
import { dirname } from "node:path";
import { runCommand } from "../../packaging/run_command.ts";
import { allVariables, flagOf } from "../../lib/config/variables.ts";
import { systemFile } from "../system_file.ts";
import { executable } from "./built.ts";

/** What bash offers for a command line whose last word is being typed. */
async function completions(...words: string[]): Promise<string[]> {
  const script = new URL("../../packaging/debian/completion.bash", import.meta.url).pathname;
  const [program = ""] = words;
  const answer = await runCommand("bash", [
    "-c",
    `source "$1"; source "$2"; shift 2
     COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=\${#COMP_LINE}
     _lb "$1"
     printf '%s\\n' "\${COMPREPLY[@]}"`,
    "bash",
    systemFile("/usr/share/bash-completion/bash_completion"),
    script,
    ...words,
  ], { env: { PATH: `${dirname(executable("lb-agent"))}:${Deno.env.get("PATH")}` } });
  assert(program !== "");
  return answer.split("\n").filter((word) => word !== "");
}

Deno.test("the first word is completed to the program's commands", async () => {
  const commands = await completions("lb-agent", "");
  assertEquals(["status", "drain", "undrain"].filter((name) => !commands.includes(name)), []);
  assertEquals(await completions("lb-frontend", "key"), ["keygen"]);
});

Deno.test("flags are completed, those of all settings included", async () => {
  const flags = await completions("lb-frontend", "--");
  assert(flags.includes("--help"));
  const settings = allVariables.map((variable) => `--${flagOf(variable)}`);
  const ofAgent = ["--services", "--advertise", "--service-check", "--metrics"];
  const own = settings.filter((flag) => !ofAgent.includes(flag));
  assertEquals(own.filter((flag) => !flags.includes(flag)), []);
  assertEquals(await completions("lb-agent", "--serv"), ["--service-check", "--services"]);
});

Deno.test("the value of a flag is not completed", async () => {
  assertEquals(await completions("lb-agent", "--log", ""), []);
});
