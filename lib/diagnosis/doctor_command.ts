import { wantsColour } from "../program/wants_colour.ts";
import type { SettingsRead, SettingsSource } from "../config/read_settings.ts";
import type { CommonSettings } from "../config/settings.ts";
import { ControlError, type ControlTarget, requestControl } from "../control/control_client.ts";
import type { CommandOutcome, CommandRequest } from "../program/run_program.ts";
import { type Finding, isWell } from "./finding.ts";
import { findingsText } from "./findings_text.ts";
import { installedSettings } from "./installed_settings.ts";
import type { DoctorRequest } from "./machine_check.ts";
import type { ProgramState } from "./program_check.ts";

/** How a program's doctor is made. */
export interface DoctorOptions<Settings extends CommonSettings> {
  readonly program: string;
  readonly readSettings: (source: SettingsSource) => SettingsRead<Settings>;
  readonly examine: (request: DoctorRequest<Settings>) => Promise<Finding[]>;
}

/**
 * Makes the command `doctor` of a program: it examines, prints what it found, and fails where
 * something keeps the program from its work.
 */
export function doctorCommand<Settings extends CommonSettings>(
  { program, readSettings, examine }: DoctorOptions<Settings>,
): (request: CommandRequest) => Promise<CommandOutcome> {
  return async ({ targetWith, settingsFlags, flags }) => {
    const { env, file, remarks } = installedSettings(Deno.env.toObject(), Deno.readFileSync);
    const read = readSettings({ env, flags: settingsFlags });
    const { settings } = read;
    const warnings = [...remarks, ...read.warnings];
    const { state, status } = await ask(targetWith(settings));
    const settingsFacts = { warnings, file };
    const findings = await examine({ program, settings, settingsFacts, state, status });
    const text = flags["json"]
      ? JSON.stringify({ well: isWell(findings), findings }, null, 2)
      : findingsText(findings, style());
    return { text, failed: !isWell(findings) };
  };
}

function style() {
  const locale = Deno.env.get("LC_ALL") || Deno.env.get("LC_CTYPE") || Deno.env.get("LANG") || "";
  return {
    colour: wantsColour((name) => Deno.env.get(name), Deno.stdout.isTerminal()),
    unicode: /utf-?8/i.test(locale),
  };
}

async function ask(target: ControlTarget): Promise<{ state: ProgramState; status: unknown }> {
  try {
    const status = await requestControl(target, "status");
    const { version, uptimeSeconds } = status as { version: string; uptimeSeconds: number };
    return { state: { state: "running", version, uptimeSeconds }, status };
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const state: ProgramState = error.failure === "not-running"
      ? { state: "not-running" }
      : { state: "unknown", why: error.message };
    return { state, status: null };
  }
}
