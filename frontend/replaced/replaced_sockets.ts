import { ControlError, requestControl } from "../../lib/control/control_client.ts";
import type { EndRequest } from "./replaced_report.ts";

/** How long a replaced process may take to answer, in milliseconds. */
const answerWithinMs = 2_000;

/** The sockets of the replaced processes beside a control socket, but for this process's own. */
export function findReplaced(controlPath: string): string[] {
  const directory = controlPath.slice(0, controlPath.lastIndexOf("/")) || "/";
  const prefix = `${controlPath.slice(controlPath.lastIndexOf("/") + 1)}.`;
  const isOfProcess = (name: string) =>
    name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)) &&
    name !== `${prefix}${Deno.pid}`;
  try {
    const names = [...Deno.readDirSync(directory)].map(({ name }) => name);
    return names.filter(isOfProcess).map((name) => `${directory}/${name}`);
  } catch {
    return [];
  }
}

/**
 * Asks the replaced process whose socket is at a path how it is, or tells it to end.
 *
 * @returns its answer, or null where there is no process; what is left of its socket is removed.
 * @throws {ControlError} If there is one that does not answer.
 */
export async function askReplaced(path: string, end: EndRequest | null): Promise<unknown> {
  const timeoutMs = answerWithinMs + (end?.drainMs ?? 0);
  const target = { program: "lb-frontend", paths: [path], timeoutMs };
  try {
    return await requestControl(target, end === null ? "status" : "end", end);
  } catch (error) {
    if (!(error instanceof ControlError) || error.failure !== "not-running") throw error;
    removeSocket(path);
    return null;
  }
}

/** Removes the socket of a process that was killed. */
function removeSocket(path: string): void {
  try {
    if (Deno.lstatSync(path).isSocket) Deno.removeSync(path);
  } catch {
    // It is gone, as it should be.
  }
}
