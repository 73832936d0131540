import type { Starter } from "../../network/confined_host.ts";
import type { ArrivalPlan } from "./arrivals.ts";
import type { OpenLoop } from "./open_loop_client.ts";
import type { RequestResult } from "./request_result.ts";

const program = new URL("open_loop_client.ts", import.meta.url).pathname;

/** How long the client may take to start before its first request is due. */
const startMs = 600;

/** A load that has been started. */
export interface Load {
  /** When its time begins, in milliseconds since 1970. */
  readonly beginAt: number;
  /** What became of its requests, after the last has ended. */
  readonly results: Promise<RequestResult[]>;
}

/** Starts an open-loop client on a machine, towards port 80 of an address. */
export function startLoad(
  host: Starter,
  { hostname, plan, patienceMs }: {
    readonly hostname: string;
    readonly plan: ArrivalPlan;
    readonly patienceMs: number;
  },
): Load {
  const path = `${host.directory}/${crypto.randomUUID()}.jsonl`;
  const beginAt = Date.now() + startMs;
  const order: OpenLoop = { hostname, plan, beginAt, patienceMs, path };
  const daemon = host.start({
    name: "open-loop client",
    command: Deno.execPath(),
    args: ["run", "--allow-net", `--allow-write=${path}`, program, JSON.stringify(order)],
  });
  return { beginAt, results: daemon.ending.then(() => readResults(path)) };
}

async function readResults(path: string): Promise<RequestResult[]> {
  const text = await Deno.readTextFile(path);
  await Deno.remove(path);
  return text.split("\n").map((line) => JSON.parse(line));
}
