import { requestControl } from "../lib/control/control_client.ts";
import { readFrontendSettings } from "../lib/config/read_settings.ts";
import { doctorCommand } from "../lib/diagnosis/doctor_command.ts";
import { type CommandRequest, runProgram } from "../lib/program/run_program.ts";
import { statusText } from "./cli/status_text.ts";
import { lookOfOutput } from "./cli/terminal.ts";
import { runTop } from "./cli/top/top.ts";
import { drainReply, parseDrainRequest } from "./cli/drain.ts";
import { freshKey } from "./cli/keygen.ts";
import { examine } from "./doctor/doctor.ts";
import { parseEndRequest } from "./replaced/replaced_report.ts";
import { Frontend } from "./frontend.ts";
import type { FrontendStatus } from "./status.ts";

const json = { name: "json", summary: "print JSON" } as const;

async function status({ target, flags }: CommandRequest): Promise<string> {
  const answer = await requestControl(target, "status");
  return flags["json"]
    ? JSON.stringify(answer, null, 2)
    : statusText(answer as FrontendStatus, lookOfOutput());
}

const drain = (command: "drain" | "undrain") => async (request: CommandRequest) => {
  const [backend = ""] = request.arguments;
  return String(await requestControl(request.target, command, { backend }));
};

await runProgram({
  description: {
    program: "lb-frontend",
    summary: "finds servers by their agents and relays every connection to the best one",
    commands: [
      { name: "status", flags: [json], summary: "print the state table of the running front end" },
      { name: "top", summary: "show the state table live, in the terminal" },
      { name: "drain", arguments: ["BACKEND"], summary: "send a backend no new connections" },
      { name: "undrain", arguments: ["BACKEND"], summary: "send it new connections again" },
      {
        name: "doctor",
        flags: [json],
        summary: "say why a server is not found or not used, and what to do about it",
      },
      { name: "keygen", summary: "print a fresh key for LB_KEY" },
    ],
    files: [
      ["/etc/lb/lb.env", "the settings of both programs, read by systemd"],
      ["/run/lb-frontend/control.sock", "the socket that the commands talk to"],
    ],
  },
  readSettings: readFrontendSettings,
  commands: {
    status,
    top: async ({ target }) => {
      await runTop(target);
      return "";
    },
    drain: drain("drain"),
    undrain: drain("undrain"),
    doctor: doctorCommand({
      program: "lb-frontend",
      readSettings: readFrontendSettings,
      examine,
    }),
    keygen: () => freshKey(crypto.getRandomValues(new Uint8Array(32))),
  },
  prepare: (context) => {
    const frontend = new Frontend(context);
    const drainBackend = (wanted: boolean) => (args: unknown) => {
      const backend = parseDrainRequest(args);
      return drainReply(backend, wanted, frontend.drain(backend, wanted));
    };
    return {
      commands: {
        status: () => frontend.status(),
        drain: drainBackend(true),
        undrain: drainBackend(false),
      },
      start: (predecessor) => frontend.start(predecessor),
      // Everything may have changed, the ports included: a successor begins from nothing.
      renewal: {
        kind: "succession",
        inheritance: () => frontend.inheritance(),
        prepare: () => frontend.stopProbing(),
        giveWay: () => frontend.giveWay(),
        resume: () => frontend.resumeProbing(),
        lastCommands: {
          status: () => frontend.reportAsReplaced(),
          end: (args) => frontend.endAsReplaced(parseEndRequest(args)),
        },
        hurry: () => {
          const drainMs = context.settings.drainTimeoutMs;
          void frontend.endAsReplaced({ cause: "drain", drainMs });
        },
      },
      stop: () => frontend.stop(context.settings.drainTimeoutMs),
    };
  },
});
