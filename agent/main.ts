import { readText } from "deno-systeminfo-free";
import { readAgentSettings } from "../lib/config/read_settings.ts";
import { runProgram } from "../lib/program/run_program.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import { Agent } from "./agent.ts";
import { drainText, statusText } from "./commands.ts";
import { agentIdentity, parseMachineId } from "./identity.ts";

function readMachineId(logger: Logger): string {
  const id = parseMachineId(readText("/etc/machine-id")) ??
    parseMachineId(readText("/var/lib/dbus/machine-id"));
  if (id !== null) return id;
  logger.warn(
    "Cannot read a machine id from /etc/machine-id: this agent's identity lasts until it stops; " +
      "`systemd-machine-id-setup` makes a lasting one",
  );
  return crypto.randomUUID().replaceAll("-", "");
}

await runProgram({
  description: {
    program: "lb-agent",
    summary: "makes this machine's TCP services known to the front ends of its network",
    commands: [
      {
        name: "status",
        flags: [{ name: "json", summary: "print JSON" }],
        summary: "what the running agent sees and says",
      },
      { name: "drain", summary: "ask the front ends for no new connections" },
      { name: "undrain", summary: "ask them for new connections again" },
    ],
    files: [
      ["/etc/lb/lb.env", "the settings, read by systemd; the same file on every machine"],
      ["/run/lb-agent/control.sock", "the control socket, which the commands use"],
    ],
  },
  readSettings: readAgentSettings,
  commands: {
    status: ({ target, flags }) => statusText(target, flags["json"] === true),
    drain: ({ target }) => drainText(target, "drain"),
    undrain: ({ target }) => drainText(target, "undrain"),
  },
  prepare: (context) => {
    const identity = agentIdentity(readMachineId(context.logger), context.settings);
    const agent = new Agent({ ...context, identity });
    const drain = (draining: boolean) => async () => {
      await agent.setDraining(draining);
      return agent.status();
    };
    return {
      commands: { status: () => agent.status(), drain: drain(true), undrain: drain(false) },
      start: () => agent.start(),
      stop: () => agent.leave(),
    };
  },
});
