import { type Finding, ok, unknown, warning } from "./finding.ts";

/** Whether the program whose doctor this is runs. */
export type ProgramState =
  | { readonly state: "running"; readonly version: string; readonly uptimeSeconds: number }
  | { readonly state: "not-running" }
  /** It could not be asked; `why` says so in one line. */
  | { readonly state: "unknown"; readonly why: string };

/** Whether the program runs. */
export function checkProgram(program: string, state: ProgramState): Finding {
  switch (state.state) {
    case "running":
      return ok(program, `version ${state.version} is running, for ${state.uptimeSeconds} s`);
    case "not-running":
      return warning(program, "it is not running", `systemctl start ${program}`);
    case "unknown":
      return unknown(program, state.why, "run this as root");
  }
}
