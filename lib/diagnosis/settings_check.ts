import { type Finding, ok, unknown, warning } from "./finding.ts";

/** Where the settings were found. */
export interface SettingsFacts {
  /** What is doubtful about them, a line each. */
  readonly warnings: readonly string[];
  /** The file of the packages, and whether it could be read; null where there is none. */
  readonly file: { readonly path: string; readonly readable: boolean } | null;
}

/** Whether the settings that the program runs with are known here, and make sense. */
export function checkSettings({ warnings, file }: SettingsFacts): Finding[] {
  if (file !== null && !file.readable) {
    return [unknown(
      "settings",
      `${file.path} cannot be read, so that a key in it is not known here`,
      "run this as root",
    )];
  }
  if (warnings.length > 0) {
    return warnings.map((line) => warning("settings", line, "correct or remove it"));
  }
  const origin = file === null ? "the environment" : `the environment and ${file.path}`;
  return [ok("settings", `accepted, from ${origin}`)];
}
