import { readRows } from "../../backend_row.ts";
import { startProgram } from "../../network/cluster.ts";
import type { Daemon } from "../../network/daemon.ts";
import { waitFor } from "../../wait_for.ts";
import { haproxySettings, haproxyVersion, startHaproxy } from "../peers/haproxy.ts";
import { nginxStreamSettings, nginxVersion, startNginxStream } from "../peers/nginx_stream.ts";
import type { Fleet } from "./fleet.ts";

/** A load balancer with a policy, at port 80 of a fleet's front. */
export interface Contestant {
  readonly name: string;
  /** Ours, or one that ours is measured by. */
  readonly isPeer: boolean;
  /** Whether it is as good as any of its kind, and so takes part in every scenario. */
  readonly isBest: boolean;
  /** Whether it is told to look at what servers answer, and so takes part where ours is, too. */
  readonly checks?: boolean;
  readonly start: (fleet: Fleet) => Promise<Daemon>;
  /** Ends it at once, with all its processes. */
  readonly endSignal: Deno.Signal;
}

/** This project's front end with a policy, and an engine that moves the bytes. */
export function ours(policy: string, engine = "deno"): Contestant {
  return {
    name: engine === "deno" ? `lb ${policy}` : `lb ${policy}, ${engine}`,
    isPeer: false,
    isBest: true,
    // It would wait for its connections at a gentler one.
    endSignal: "SIGKILL",
    async start(fleet) {
      const settings = { LB_POLICY: policy, LB_ENGINE: engine, LB_WORKERS: "1" };
      const daemon = startProgram(fleet.confinedFront, "frontend", settings);
      await waitFor("all servers to be up", () => areAllUp(fleet), {
        withinMs: 30_000,
        everyMs: 200,
      });
      return daemon;
    },
  };
}

async function untilServing({ client, front }: Fleet, daemon: Daemon): Promise<Daemon> {
  const url = `http://${front.address}/light.txt`;
  await waitFor("an answer", () => client.run("curl", "-sSf", "-I", url), { withinMs: 10_000 });
  if (!daemon.isRunning) throw new Error(`Cannot go on: ${daemon.name} has ended`);
  return daemon;
}

async function areAllUp({ front, servers }: Fleet): Promise<true | null> {
  const json = await front.run("curl", "-sSf", "http://127.0.0.1:8404/api/backends");
  const up = readRows(json).filter(({ state }) => state === "up");
  return up.length === servers.length ? true : null;
}

function haproxy(
  balance: string,
  { isBest, check }: { isBest: boolean; check?: string },
): Contestant {
  return {
    name: `HAProxy ${balance}${check === undefined ? "" : ", httpchk"}`,
    isPeer: true,
    isBest,
    checks: check !== undefined,
    endSignal: "SIGTERM",
    start: async (fleet) =>
      await untilServing(
        fleet,
        await startHaproxy(fleet.confinedFront, {
          balance,
          servers: told(fleet),
          ...check && { check },
        }),
      ),
  };
}

function nginx(balance: string, { isBest }: { isBest: boolean }): Contestant {
  return {
    name: `nginx ${balance.replace(" two ", " two, ")}`,
    isPeer: true,
    isBest,
    endSignal: "SIGTERM",
    start: async (fleet) =>
      await untilServing(
        fleet,
        await startNginxStream(fleet.confinedFront, { balance, servers: told(fleet) }),
      ),
  };
}

function told({ servers }: Fleet) {
  return servers.map(({ name, host }) => ({ name, address: host.address }));
}

/** The load balancers that ours is measured by. */
export const peers: readonly Contestant[] = [
  haproxy("leastconn", { isBest: true }),
  nginx("least_conn", { isBest: true }),
  haproxy("random(2)", { isBest: false }),
  nginx("random two least_conn", { isBest: false }),
  haproxy("roundrobin", { isBest: false }),
  haproxy("leastconn", { isBest: false, check: "GET /light.txt" }),
];

/** The peers' names with their versions and settings, for a report. */
export async function peerVersions(): Promise<string[]> {
  return [
    `${await haproxyVersion()}, told its servers: ${haproxySettings}`,
    `${await nginxVersion()} stream, told its servers: ${nginxStreamSettings}`,
  ];
}
