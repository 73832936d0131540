import { attachCrowd, crowdCounts, crowdSettings, startCrowd } from "../../network/crowd_host.ts";
import { readRows } from "../../backend_row.ts";
import { type Host, Lan } from "../../network/lan.ts";
import { pause, waitFor } from "../../wait_for.ts";
import { usageDuring } from "./processor_time.ts";

const calmMs = 6_000;
const measuredMs = 10_000;

/** What so many servers cost a front end. */
export interface MonitorCost {
  /** From the start of the process until every server was up, in milliseconds. */
  readonly convergenceMs: number;
  /** Processors in use: the monitor's thread, and the whole front end, which relays nothing. */
  readonly monitorCores: number;
  readonly frontendCores: number;
  /** Of the answers to probes of the group, those that did not arrive in time. */
  readonly lost: number;
  readonly answers: number;
}

/** Starts a front end where so many agents answer already, and measures it. */
export async function measureMonitor(servers: number, executable: string): Promise<MonitorCost> {
  await using lan = await Lan.open();
  const frontendHost = await lan.attach("frontend");
  const crowdHost = await attachCrowd(lan, frontendHost);
  const crowd = startCrowd(crowdHost, servers);
  await waitFor("the crowd", async () => (await crowd.log()).includes("ready") || null, {
    withinMs: 20_000,
  });
  const begin = performance.now();
  const frontend = frontendHost.start({
    name: "frontend",
    command: executable,
    args: [],
    environment: crowdSettings,
  });
  await waitFor("all to be up", async () => await countUp(frontendHost) >= servers || null, {
    withinMs: 60_000,
  });
  const convergenceMs = performance.now() - begin;
  await pause(calmMs);
  const before = await crowdCounts(crowd);
  const usage = await usageDuring(frontend.pid, () => pause(measuredMs));
  const after = await crowdCounts(crowd);
  if (after.askedAll - before.askedAll < measuredMs / 2_000) {
    throw new Error(
      `Cannot measure ${servers} servers: the program that plays them does not get the processor ` +
        "time to answer; run this again when nothing else runs on this machine",
    );
  }
  return {
    convergenceMs,
    monitorCores: usage.mainThreadCores,
    frontendCores: usage.cores,
    // Whoever is not heard is asked again by unicast.
    lost: after.askedAgain - before.askedAgain,
    answers: servers * (after.askedAll - before.askedAll),
  };
}

async function countUp(frontendHost: Host): Promise<number> {
  const url = "http://127.0.0.1:8404/api/backends";
  const text = await frontendHost.run("curl", "-s", "--max-time", "3", url).catch(() => "");
  return text === "" ? 0 : readRows(text).filter(({ state }) => state === "up").length;
}
