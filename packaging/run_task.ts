import { say } from "./say.ts";

/** Runs what a task does; where it fails, says why and ends this program with 1. */
export async function runTask(task: () => Promise<unknown>): Promise<void> {
  try {
    await task();
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    Deno.exit(1);
  }
}
