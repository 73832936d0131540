import { systemCommand } from "./system_command.ts";

/** Asks promtool, of Debian's package prometheus, what it thinks of a text; fails where it complains. */
export async function promtool(args: readonly string[], text = ""): Promise<void> {
  const process = systemCommand("promtool", {
    args: [...args],
    stdin: "piped",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const writer = process.stdin.getWriter();
  await writer.write(new TextEncoder().encode(text));
  await writer.close();
  const { success, stdout, stderr } = await process.output();
  if (success) return;
  const said = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
  throw new Error(`promtool ${args.join(" ")}: ${said}`);
}
