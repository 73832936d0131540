import { assertEquals } from "@std/assert";
import type { StopOrder } from "../proxy/proxy.ts";
import type { StopResult } from "../proxy/messages.ts";
import { type CutCause, cutCountsOf, cutFigures } from "../table/cuts.ts";
import { StateTable } from "../table/state_table.ts";
import { LastConnections } from "./last_connections.ts";

const never = new Promise<void>(() => {});

/** Workers that have so many connections open, which end when a test says so or when they are cut. */
function lastConnections(open: number, pause: (ms: number) => Promise<void> = () => never) {
  const table = StateTable.create({ capacity: 1, workers: 1 });
  table.setWorkerFigure("open", 0, open);
  table.addWorkerFigure("cutIdle", 0, 7);
  const stopped = Promise.withResolvers<StopResult>();
  const orders: StopOrder[] = [];
  let now = 1_000;
  const end = () => {
    table.setWorkerFigure("open", 0, 0);
    stopped.resolve({ finished: 0, cut: open });
  };
  const last = new LastConnections({
    pid: 4711,
    table,
    timeoutMs: 60_000,
    now: () => now,
    pause,
    closed: () => {},
    workers: {
      stop(order) {
        orders.push(order);
        return stopped.promise;
      },
      cutAll(cause: CutCause) {
        table.addWorkerFigure(cutFigures[cause], 0, open);
        end();
      },
    },
  });
  return { last, table, orders, end, pass: (ms: number) => void (now += ms) };
}

Deno.test("it is cut by itself only where no successor does it in time", () => {
  const { orders } = lastConnections(1);
  assertEquals(orders.map(({ drainMs, cause }) => [drainMs, cause]), [[70_000, "reload"]]);
});

Deno.test("it reports what is open, since when, and what was cut since", () => {
  const { last, table, pass } = lastConnections(3);
  pass(5_000);
  table.addWorkerFigure("cutIdle", 0, 1);
  const cut = cutCountsOf((cause) => cause === "idle" ? 1 : 0);
  assertEquals(last.report(), { pid: 4711, sinceMs: 5_000, open: 3, cut });
});

Deno.test("told to end, it cuts for the cause that it is told, and reports it", async () => {
  const pauses: number[] = [];
  const { last } = lastConnections(3, (ms) => Promise.resolve(void pauses.push(ms)));
  const { open, cut } = await last.end({ cause: "reload", drainMs: 250 });
  assertEquals([open, cut.reload, pauses], [0, 3, [250]]);
});

Deno.test("where something was cut, it stays until it was asked or nobody asks", async () => {
  const { last, table, end } = lastConnections(1);
  table.addWorkerFigure("cutIdle", 0, 1);
  let hasEnded = false;
  const ended = last.ended().then(() => hasEnded = true);
  last.report();
  end();
  for (let turn = 0; turn < 10; turn++) await Promise.resolve();
  assertEquals(hasEnded, false);
  last.report();
  await ended;
  const other = lastConnections(1, () => Promise.resolve());
  other.table.addWorkerFigure("cutIdle", 0, 1);
  other.end();
  await other.last.ended();
});

Deno.test("where nothing was cut, it ends with its last connection", async () => {
  const { last, end } = lastConnections(1);
  end();
  assertEquals(await last.ended(), { finished: 0, cut: 1 });
});
