import config from "../deno.json" with { type: "json" };

/** The version of both programs, as deno.json has it. */
export const version: string = config.version;
