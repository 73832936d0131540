/**
 * Clients that say something sensible to a server, and others that send it nonsense, each over a
 * connection of its own and at a steady rate. At the end it prints a line of JSON, a `Visits`.
 *
 * Argument: a `VisitOrder` as JSON.
 *
 * @module
 */
import { connect, type Socket } from "node:net";
import { errorMessage } from "../../../lib/error_message.ts";
import { exchanges, type ServiceKind } from "./exchanges.ts";

/** What the clients are to do. */
export interface VisitOrder {
  readonly address: string;
  readonly kind: ServiceKind;
  /** The addresses that clients of each sort come from. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly goodPerSecond: number;
  readonly badPerSecond: number;
  readonly seconds: number;
}

/** What became of them. */
export interface Visits {
  /** Sensible clients that were answered rightly, and what the others met. */
  readonly served: number;
  readonly failed: readonly string[];
  /** How connections with nonsense ended, and how many of them in each way. */
  readonly nonsense: Readonly<Record<string, number>>;
}

/** After so long a client gives up, in milliseconds. */
const patienceMs = 8_000;

const order: VisitOrder = JSON.parse(Deno.args[0] ?? "");
const { good, nonsense } = exchanges[order.kind];
const begunAt = performance.now();
let served = 0;
const failed: string[] = [];
const endings: Record<string, number> = {};

/** Connects from one of some addresses, does something, and closes. */
async function visit(from: readonly string[], act: (socket: Socket) => Promise<void>) {
  const localAddress = from[Math.floor(Math.random() * from.length)] ?? "";
  const socket = connect({ host: order.address, port: 80, localAddress, noDelay: true });
  const { promise, reject } = Promise.withResolvers<never>();
  socket.on("error", reject);
  const timer = setTimeout(() => reject(new Error(`no answer in ${patienceMs} ms`)), patienceMs);
  try {
    await Promise.race([promise, act(socket)]);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

async function visitWell(): Promise<void> {
  const at = Math.round(performance.now() - begunAt);
  try {
    await visit(order.good, good);
    served++;
  } catch (error) {
    failed.push(`${errorMessage(error)} (${at} ms)`);
  }
}

async function visitWithNonsense(): Promise<void> {
  const ending = (how: string) => endings[how] = (endings[how] ?? 0) + 1;
  try {
    await visit(order.bad, (socket) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      socket.on("data", () => ending("bytes of an answer"));
      socket.on("end", resolve);
      socket.write(nonsense());
      return promise;
    });
    ending("end");
  } catch (error) {
    ending(error instanceof Error && "code" in error ? String(error.code) : errorMessage(error));
  }
}

const open = new Set<Promise<void>>();
const rates = [[order.goodPerSecond, visitWell], [order.badPerSecond, visitWithNonsense]] as const;
const timers = rates.filter(([perSecond]) => perSecond > 0).map(([perSecond, act]) =>
  setInterval(() => {
    const visit = act().finally(() => open.delete(visit));
    open.add(visit);
  }, 1_000 / perSecond)
);
await new Promise((resolve) => setTimeout(resolve, order.seconds * 1_000));
for (const timer of timers) clearInterval(timer);
await Promise.all(open);
const visits: Visits = { served, failed, nonsense: endings };
Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(visits)}\n`));
