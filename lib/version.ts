import config from "../deno.json" with { type: "json" };

/** The version of both programs, as deno.json has it. */
export const version: string = config.version;

/** What `--version` prints behind the program's name. */
export const versionText = `${version} (Deno ${Deno.version.deno})`;
