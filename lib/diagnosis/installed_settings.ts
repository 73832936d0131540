import { parseEnvironmentFile } from "../config/environment_file.ts";
import type { Texts } from "../config/read_settings.ts";
import type { SettingsFacts } from "./settings_check.ts";

/** The file that systemd gives both programs their settings from. */
export const settingsFile = "/etc/lb/lb.env";

/** What a doctor goes by. */
export interface InstalledSettings {
  /** The environment, completed by the file. */
  readonly env: Texts;
  readonly file: SettingsFacts["file"];
  /** What of the file has no effect, a line each. */
  readonly remarks: readonly string[];
}

/**
 * The settings that a service would be started with: those of the environment first, then those of
 * the packages' file. Whoever calls a doctor at a prompt has not read the file.
 *
 * @param readFile Gives a file's content; throws what the system says.
 */
export function installedSettings(
  env: Texts,
  readFile: (path: string) => Uint8Array,
): InstalledSettings {
  try {
    const { variables, remarks } = parseEnvironmentFile(readFile(settingsFile));
    return {
      env: { ...variables, ...env },
      file: { path: settingsFile, readable: true },
      remarks: remarks.map((remark) => `${settingsFile}: ${remark}`),
    };
  } catch (error) {
    const isThere = error instanceof Error && error.name === "PermissionDenied";
    const file = isThere ? { path: settingsFile, readable: false } : null;
    return { env, file, remarks: [] };
  }
}
