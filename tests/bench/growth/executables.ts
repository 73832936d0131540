import { join } from "node:path";
import { projectDirectory } from "../../../packaging/project_directory.ts";
import { runCommand } from "../../network/run_command.ts";

/** The executables of the two programs, freshly built. */
export async function buildExecutables(): Promise<{ agent: string; frontend: string }> {
  await runCommand(Deno.execPath(), "task", "--cwd", projectDirectory, "build");
  const path = (name: string) => join(projectDirectory, "dist", name);
  return { agent: path("lb-agent"), frontend: path("lb-frontend") };
}
