import type { Texts } from "../config/read_settings.ts";
import type { SettingsFacts } from "./settings_check.ts";

/** The file that systemd gives both programs their settings from. */
export const settingsFile = "/etc/lb/lb.env";

/** What a doctor goes by. */
export interface InstalledSettings {
  /** The environment, completed by the file. */
  readonly env: Texts;
  readonly file: SettingsFacts["file"];
}

/**
 * The settings that a service would be started with: those of the environment first, then those of
 * the packages' file. Whoever calls a doctor at a prompt has not read the file.
 *
 * @param readFile Gives a file's text; throws what the system says.
 */
export async function installedSettings(
  env: Texts,
  readFile: (path: string) => string,
): Promise<InstalledSettings> {
  // Only now: the agent has no other use for Node's modules, which would make each start slower.
  const { parseEnv } = await import("node:util");
  try {
    const texts = parseEnv(readFile(settingsFile));
    return { env: { ...texts, ...env }, file: { path: settingsFile, readable: true } };
  } catch (error) {
    const isThere = error instanceof Error && error.name === "PermissionDenied";
    return { env, file: isThere ? { path: settingsFile, readable: false } : null };
  }
}
