import { type Backend, startProgram, startWebServer } from "../../network/cluster.ts";
import { signalWebServer } from "../../network/web_server_signal.ts";

/** Something that happens to a server, and what undoes it. */
export interface Fault {
  readonly name: string;
  /** Whether it means nothing to those who know no agents. */
  readonly concernsAgentsOnly?: boolean;
  readonly strike: (backend: Backend) => Promise<void>;
  readonly mend: (backend: Backend) => Promise<void>;
}

const swallow = "table ip swallow { chain input { " +
  "type filter hook input priority 0; tcp dport 80 drop; }; }";

/** The faults of a server, one at a time. */
export const faults: readonly Fault[] = [
  {
    name: "service killed, its agent lives",
    strike: killService,
    mend: startService,
  },
  {
    name: "service and agent killed",
    async strike(backend) {
      await Promise.all([killService(backend), backend.agent.end("SIGKILL")]);
    },
    async mend(backend) {
      await startService(backend);
      startAgent(backend);
    },
  },
  {
    name: "service stopped (SIGSTOP): accepts, never answers",
    strike: ({ host }) => signalWebServer(host, "SIGSTOP"),
    mend: ({ host }) => signalWebServer(host, "SIGCONT"),
  },
  {
    name: "packets to the service vanish, its agent lives",
    async strike({ host }) {
      await host.run("nft", swallow);
    },
    async mend({ host }) {
      await host.run("nft", "delete table ip swallow");
    },
  },
  {
    name: "link of the machine down",
    strike: ({ host }) => host.setLink("down"),
    mend: ({ host }) => host.setLink("up"),
  },
  {
    name: "agent killed, its service lives",
    concernsAgentsOnly: true,
    async strike({ agent }) {
      await agent.end("SIGKILL");
    },
    mend(backend) {
      startAgent(backend);
      return Promise.resolve();
    },
  },
];

async function killService(backend: Backend): Promise<void> {
  await signalWebServer(backend.host, "SIGKILL");
  await backend.webServer.ending;
}

async function startService(backend: Backend): Promise<void> {
  backend.webServer = await startWebServer(backend.host);
}

function startAgent(backend: Backend): void {
  backend.agent = startProgram(backend.host, "agent");
}
