import { type ControlTarget, requestControl } from "../lib/control/control_client.ts";
import { type AgentStatus, renderStatus } from "./status.ts";

/**
 * `lb-agent status`: what the running agent sees and says, as text or as JSON.
 *
 * @throws {ControlError} where the agent does not answer.
 */
export async function statusText(target: ControlTarget, json: boolean): Promise<string> {
  const status = await requestControl(target, "status");
  return json ? JSON.stringify(status, null, 2) : renderStatus(status as AgentStatus);
}

/**
 * `lb-agent drain` and `lb-agent undrain`: changes what the running agent asks for.
 *
 * @returns what to tell the user.
 * @throws {ControlError} where the agent does not answer.
 */
export async function drainText(
  target: ControlTarget,
  command: "drain" | "undrain",
): Promise<string> {
  const { monitors } = await requestControl(target, command) as AgentStatus;
  const live = monitors.filter((monitor) => monitor.live).length;
  const told = live === 0
    ? "no front end probes this agent now; those that come will be told"
    : `${live} front end${live === 1 ? " was" : "s were"} told`;
  return command === "drain"
    ? `this machine asks for no new connections: ${told}`
    : `this machine takes new connections again: ${told}`;
}
