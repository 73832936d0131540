import { readText } from "deno-systeminfo-free";
import { readAgentSettings } from "../lib/config/read_settings.ts";
import { doctorCommand } from "../lib/diagnosis/doctor_command.ts";
import { runProgram } from "../lib/program/run_program.ts";
import type { Logger } from "../lib/systemd/logger.ts";
import { drainText, statusText } from "./commands.ts";
import { examine } from "./doctor/doctor.ts";
import { parseMachineId } from "./identity.ts";
import { ReloadableAgent } from "./reloadable_agent.ts";

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
      {
        name: "doctor",
        flags: [{ name: "json", summary: "print JSON" }],
        summary: "say why front ends do not find this machine, and what to do about it",
      },
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
    doctor: doctorCommand({ program: "lb-agent", readSettings: readAgentSettings, examine }),
  },
  prepare: (context) => {
    const agent = new ReloadableAgent({ ...context, machineId: readMachineId(context.logger) });
    return {
      commands: {
        status: () => agent.status(),
        drain: () => agent.drain(true),
        undrain: () => agent.drain(false),
      },
      start: () => agent.start(),
      renewal: { kind: "in place", reload: (settings) => agent.reload(settings) },
      stop: () => agent.leave(),
    };
  },
});
