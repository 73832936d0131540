/**
 * The commands that a section of a README tells its readers to type, block by block.
 *
 * @throws {RangeError} where there is no such section.
 *
 * @example
 * ```ts
 * import { readmeCommands } from "./readme_commands.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const fence = "`".repeat(3);
 * const readme = `## Use\n\nThen:\n\n${fence}sh\napt update   # once\nls\n${fence}\n\n## Trust\n`;
 * assertEquals(readmeCommands(readme, "Use"), ["apt update   # once\nls\n"]);
 * ```
 */
export function readmeCommands(readme: string, heading: string): string[] {
  const section = readme.split(/^## /m).find((text) => text.startsWith(`${heading}\n`));
  if (section === undefined) {
    throw new RangeError(`Cannot find a section of the README: received ${heading}`);
  }
  return [...section.matchAll(/^```sh\n([^]*?)^```$/gm)].map(([, commands = ""]) => commands);
}
