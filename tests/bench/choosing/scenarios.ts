import type { Host } from "../../network/lan.ts";
import { signalWebServer } from "../../network/web_server_signal.ts";
import { waitFor } from "../../wait_for.ts";
import { type Fleet, type Server, serverMemoryBytes, type ServerPlan } from "./fleet.ts";
import { setFault, startPageServer } from "./web_server.ts";

/** Undoes what was done. */
type Undo = () => Promise<unknown>;

/** Something that happens to the odd server while requests come. */
export interface Incident {
  /** When, as a part of the time that is measured. */
  readonly at: number;
  /** Gives null where there is nothing to undo. */
  readonly happen: (server: Server, fleet: Fleet) => Undo | Promise<Undo | null>;
}

/** Servers, what is wrong with one of them, and how much is asked of all. */
export interface Scenario {
  readonly name: string;
  /** What is the case, in words. */
  readonly title: string;
  readonly servers: readonly ServerPlan[];
  /** The processor time that the requests take, as a part of what the servers have at the beginning. */
  readonly utilisation: number;
  /** How much longer than usual it is measured. */
  readonly stretch: number;
  /** The most that our p99 and mean may be, as a part of the best peer's; null where failures matter. */
  readonly goal: { readonly p99: number; readonly mean?: number } | null;
  /** Whether all peers take part, not the best only. */
  readonly everyone: boolean;
  /** What is so from before the first request on. */
  readonly standing?: (server: Server) => Promise<void>;
  readonly incidents: readonly Incident[];
  /** Whether the odd server returns in the last incident. */
  readonly returns?: boolean;
  /** The odd server fails every request from the first incident on. */
  readonly breaks?: {
    /** The most that it may get of the connections then, where it is watched: from so long after, in milliseconds. */
    readonly share: number;
    readonly fromMs: number;
  };
  /** What the agents are told, beside nothing. */
  readonly agentSettings?: Readonly<Record<string, string>>;
}

/** The server that something is the matter with. */
export const oddServer = "four";

/** What a server may use of a processor: little, so that this machine itself is never short of it. */
const usualCores = 0.2;

function servers(oddCores: number): ServerPlan[] {
  const others = ["one", "two", "three"].map((name) => ({ name, cores: usualCores }));
  return [...others, { name: oddServer, cores: oddCores }];
}

const usual = {
  servers: servers(usualCores),
  utilisation: 0.7,
  stretch: 1,
  everyone: false,
  incidents: [],
} as const;

/** The part of the odd server's memory that is filled. */
const filledMemory = 0.93;
/** Half of what the odd server could send by its processor, in bits per second. */
const shapedBitsPerSecond = 11_000_000;

/** When a server breaks, as a part of the time that is measured. */
const breaksAt = 0.2;

/** What is tried. */
export const scenarios: readonly Scenario[] = [
  {
    ...usual,
    name: "equal",
    title: "equal servers",
    goal: { p99: 1.03, mean: 1.03 },
    everyone: true,
  },
  {
    ...usual,
    name: "quarter",
    title: "one server at a quarter of the speed",
    servers: servers(usualCores / 4),
    goal: { p99: 0.62, mean: 0.9 },
    everyone: true,
  },
  {
    ...usual,
    name: "antagonist",
    title: "an antagonist takes half of one server midway",
    goal: { p99: 0.85, mean: 1 },
    incidents: [{ at: 0.5, happen: burnProcessor }],
  },
  {
    ...usual,
    name: "memory",
    title: "one server's memory is nearly full",
    goal: { p99: 1.05 },
    standing: fillMemory,
  },
  {
    ...usual,
    name: "link",
    title: "one server behind a link of half its speed",
    utilisation: 0.6,
    goal: { p99: 1.05 },
    standing: shapeLink,
  },
  {
    ...usual,
    name: "death",
    title: "one server dies and returns",
    utilisation: 0.5,
    stretch: 1.5,
    goal: null,
    incidents: [{ at: 0.1, happen: killService }, { at: 0.5, happen: restartService }],
    returns: true,
  },
  {
    ...usual,
    name: "hang",
    title: "one server hangs: it accepts, and never answers",
    utilisation: 0.5,
    goal: null,
    incidents: [{ at: 0.2, happen: hangService }],
  },
  {
    ...usual,
    name: "go-on",
    title: "one server hangs for a while and goes on",
    utilisation: 0.5,
    stretch: 2,
    goal: null,
    incidents: [{ at: 0.15, happen: hangService }, { at: 0.55, happen: goOn }],
    returns: true,
  },
  sinkhole("503", "one server answers 503 at once", "return 503"),
  sinkhole("404", "one server answers 404 at once", "return 404"),
  sinkhole("empty", "one server answers with empty pages", 'return 200 ""'),
  sinkhole("close", "one server closes every connection", "return 444"),
  {
    ...sinkhole("busy", "one server answers 503, and its CPU is busy otherwise", "return 503"),
    incidents: [{ at: breaksAt, happen: failAndBurn }],
  },
  {
    ...sinkhole(
      "check",
      "one server answers 503, and is checked (LB_CHECK, httpchk)",
      "return 503",
    ),
    breaks: { share: 0.01, fromMs: 5_000 },
    agentSettings: { LB_CHECK: "http:/light.txt" },
  },
];

/** A server that breaks: it is watched for ten seconds and more. */
function sinkhole(kind: string, title: string, directive: string): Scenario {
  return {
    ...usual,
    name: `sinkhole-${kind}`,
    title,
    utilisation: 0.6,
    stretch: 4,
    goal: null,
    breaks: { share: 0.4, fromMs: 2_000 },
    incidents: [{ at: breaksAt, happen: ({ host }) => breakService(host, directive) }],
  };
}

async function breakService(host: Host, directive: string): Promise<Undo> {
  await setFault(host, directive);
  return () => setFault(host, null);
}

async function failAndBurn(server: Server): Promise<Undo> {
  const mend = await breakService(server.host, "return 503");
  const stopBurning = burnProcessor(server);
  return async () => {
    await stopBurning();
    await mend();
  };
}

async function goOn({ host }: Server): Promise<null> {
  await signalWebServer(host, "SIGCONT");
  return null;
}

/** A program beside the web server that wants all the processor time it can have. */
function burnProcessor({ confined }: Server): Undo {
  const args = ["-c", "while :; do :; done"];
  const daemon = confined.start({ name: "antagonist", command: "sh", args });
  return () => daemon.end("SIGKILL");
}

/** Files in memory, as a process's own memory, cannot be given back while there is no swap. */
async function fillMemory({ confined, group }: Server): Promise<void> {
  const bytes = Math.round(serverMemoryBytes * filledMemory - group.memoryBytes);
  const fill =
    `mount -t tmpfs tmpfs /mnt && head -c ${bytes} /dev/zero >/mnt/filling && exec sleep 3600`;
  confined.start({ name: "filling", command: "sh", args: ["-c", fill] });
  const isFilled = () => group.memoryBytes > serverMemoryBytes * (filledMemory - 0.02) || null;
  await waitFor("the memory to be filled", isFilled, { withinMs: 30_000 });
}

/** tc-tbf(8) */
async function shapeLink({ host }: Server): Promise<void> {
  const shape = ["rate", `${shapedBitsPerSecond}bit`, "burst", "16kb", "latency", "1s"];
  await host.run("tc", "qdisc", "add", "dev", "eth0", "root", "tbf", ...shape);
}

async function killService({ host, webServer }: Server): Promise<null> {
  await signalWebServer(host, "SIGKILL");
  await webServer.ending;
  return null;
}

async function restartService(server: Server, { root }: Fleet): Promise<null> {
  server.webServer = await startPageServer({ ...server, root });
  return null;
}

async function hangService({ host }: Server): Promise<Undo> {
  await signalWebServer(host, "SIGSTOP");
  return () => signalWebServer(host, "SIGCONT");
}
