import type { LogLevel } from "../../lib/systemd/logger.ts";
import { LoopDelay } from "../../lib/stats/loop_delay.ts";
import { Selector } from "../selection/selector.ts";
import type { CutCause } from "../table/cuts.ts";
import { StateTable } from "../table/state_table.ts";
import { afterTurn } from "./after_turn.ts";
import { Attempts } from "./attempt.ts";
import { ClientCounts } from "./client_counts.ts";
import { ClientLimit } from "./client_limit.ts";
import type { Clock } from "./clock.ts";
import { complaint } from "./complaint.ts";
import { Connection, type ConnectionOptions } from "./connection.ts";
import { cutReport } from "./cut_report.ts";
import { Counters } from "./counters.ts";
import { clientHash } from "./client_hash.ts";
import { DenseSet } from "./dense_set.ts";
import { Door } from "./door.ts";
import type { Acceptor, Engine } from "./engine.ts";
import { OwnTime } from "./own_time.ts";
import { Hearing } from "./hearing.ts";
import { planSweep, sweep, type Watched } from "./idle_sweep.ts";
import { listenProblem } from "./listen_problem.ts";
import { acceptClients } from "./listener.ts";
import type { FromWorker, ListenAt, StopResult, WorkerStart } from "./messages.ts";
import { OpenConnections } from "./open_connections.ts";
import { Places } from "./places.ts";
import { SharedTimeout } from "./shared_timeout.ts";
import { SlowWatch } from "./slow_watch.ts";
import { Trials } from "./trials.ts";
import { Turns } from "./turns.ts";
import { Wanted } from "./wanted.ts";

/** How long to wait after a failure to accept. */
const acceptPauseMs = 100;
/** The same complaint is logged at most once in so many milliseconds. */
const complaintIntervalMs = 10_000;

/** Of how many resets the main thread is told in a second; all are counted. */
const resetsHeard = { perClient: 8, inAll: 256 };

/** What a proxy needs beside its orders. */
export interface ProxyOptions {
  readonly engine: Engine;
  /** The state table's clock. */
  readonly clock: Clock;
  /** A number from 0 up to but not including 1. */
  readonly random: () => number;
  /** Takes what the main thread is to know. */
  readonly post: (message: FromWorker) => void;
}

/** How a proxy, or all of them, is to stop. */
export interface StopOrder {
  /** How long connections may go on, in milliseconds. */
  readonly drainMs: number;
  /** What is told of those that are cut then. */
  readonly cause: CutCause;
  /** Called when nobody accepts any more. */
  readonly closed: () => void;
}

/** A proxy at work. */
export interface Proxy {
  /** Accepts no more, lets connections go on for a while, and cuts the rest. */
  stop(order: StopOrder): Promise<StopResult>;
  /** Ends all connections that are open at this moment. */
  cutAll(cause: CutCause): void;
}

/** Listens everywhere, or nowhere and throws why in one line. */
function listenAll(listen: readonly ListenAt[], engine: Engine): Acceptor[] {
  const acceptors: Acceptor[] = [];
  for (const at of listen) {
    try {
      acceptors.push(engine.listen(at));
    } catch (error) {
      for (const acceptor of acceptors) acceptor.close();
      throw new Error(listenProblem(at, error));
    }
  }
  return acceptors;
}

/** A complaint that goes to the log, as a warning unless it is less. */
function logged(
  about: string,
  { clock, post }: Pick<ProxyOptions, "clock" | "post">,
  level: LogLevel = "warn",
) {
  return complaint(about, {
    intervalMs: complaintIntervalMs,
    clock,
    say: (message) => post({ type: "log", level, message }),
  });
}

/** What limits each client; null where nothing does. */
function clientLimit(
  { clients, maxPerClient, worker, logsCuts }: WorkerStart,
  { table, engine, clock, post }: Omit<ProxyOptions, "random"> & { readonly table: StateTable },
): ClientLimit | null {
  if (clients === null || maxPerClient === null) return null;
  return new ClientLimit({
    counts: new ClientCounts(clients, { limit: maxPerClient, worker }),
    abort: (client) => engine.abort(client),
    cut: cutReport({ table, worker, logsCuts, post }),
    complain: logged(
      `Reset a connection of a client that has ${maxPerClient} open (LB_MAX_PER_CLIENT)`,
      { clock, post },
      "info",
    ),
  });
}

/** What the connections of all listeners of a worker share. */
function connectionParts(
  { worker, proxyProtocol, connectTries, backendWaitMs, maxPerServer, replay, logsCuts }:
    WorkerStart,
  table: StateTable,
  { places, clients, open, watched, timeout, slowWatch, ownTime, engine, clock, post }:
    & Omit<ProxyOptions, "random">
    & {
      readonly places: Places;
      readonly clients: ClientLimit | null;
      readonly open: OpenConnections;
      readonly watched: DenseSet<Watched>;
      readonly timeout: SharedTimeout;
      readonly slowWatch: SlowWatch;
      readonly ownTime: OwnTime;
    },
): Omit<ConnectionOptions, "choice" | "turns"> {
  const counters = new Counters(table, worker, { maxPerServer });
  const tellCut = cutReport({ table, worker, logsCuts, post });
  const exhausted = logged("Cannot open connections to servers", { clock, post });
  const attempts = new Attempts({
    table,
    counters,
    engine,
    timeout,
    slowWatch,
    proxyProtocol,
    clock,
    report: post,
    exhausted: ({ detail }) => exhausted(detail),
  });
  const hearing = new Hearing(resetsHeard);
  const losses = {
    replay,
    connectTries,
    isHeard: (client: string) => hearing.admit(clientHash(client), clock()),
    report: post,
    clientFault: () => table.addWorkerFigure("clientFaults", worker, 1),
  };
  const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
  return {
    attempts,
    losses,
    trials: new Trials({ table, worker, clock, pause }),
    counters,
    engine,
    clock,
    ownClock: () => ownTime.at(clock()),
    watched,
    connectTries,
    backendWaitMs,
    changes: table,
    waiting: (by) => table.addWorkerFigure("waiting", worker, by),
    cut(cause, connection) {
      tellCut(cause, connection);
      table.addWorkerFigure("ending", worker, 1);
    },
    failed(error) {
      const detail = error instanceof Error ? error.message : String(error);
      post({ type: "log", level: "error", message: `Cannot serve a client: ${detail}` });
    },
    ended(connection) {
      table.addWorkerFigure("open", worker, -1);
      if (connection.isCut) table.addWorkerFigure("ending", worker, -1);
      open.remove(connection);
      places.giveBack();
      clients?.leave(connection.client);
    },
  };
}

/**
 * Runs the proxy of one relay worker: its listeners, its connections, and the timer they share.
 *
 * @throws {Error} If it cannot listen; the message is one line for people.
 */
export function startProxy(
  start: WorkerStart,
  { engine, clock, random, post }: ProxyOptions,
): Proxy {
  const table = new StateTable(start.table, start.size);
  const { worker } = start;
  const acceptors = listenAll(start.listen, engine);

  const places = new Places(start.places, { limit: start.maxConnections, worker });
  const clients = clientLimit(start, { table, engine, clock, post });
  const waiting = (by: 1 | -1) => table.addWorkerFigure("waiting", worker, by);
  const door = new Door(places, waiting);
  const open = new OpenConnections();
  const watched = new DenseSet<Watched>();
  const turn = () => engine.turn();
  const timeout = new SharedTimeout(start.connectTimeoutMs, turn);
  const slowWatch = new SlowWatch(turn);
  const plan = planSweep(start.idleTimeoutMs, start.silentMs);
  const ownTime = new OwnTime(clock(), 2 * plan.intervalMs);
  const stopping = new AbortController();

  const parts = {
    places,
    clients,
    open,
    watched,
    timeout,
    slowWatch,
    ownTime,
    engine,
    clock,
    post,
  };
  const shared = connectionParts(start, table, parts);
  const failed = logged("Cannot accept clients", { clock, post });
  /** Mark the servers that clients of each listener wait for. */
  const marks: ((now: number) => void)[] = [];
  const wanted = new Wanted({ table, worker, places });
  const loops = acceptors.map((acceptor, index) => {
    const service = start.listen[index]?.service ?? null;
    const { policy, affinity, maxPerServer } = start;
    const choice = new Selector({ table, service, policy, affinity, maxPerServer, random });
    const isOpen = () => choice.hasRoom || !choice.available;
    const turns = maxPerServer === null ? null : new Turns({ isOpen, vacancies: table });
    marks.push((now) => {
      if (turns !== null && turns.length > 0) wanted.mark(choice.full, now);
    });
    const options = { ...shared, choice, turns };
    return acceptClients({
      acceptor,
      serve(client) {
        if (clients?.admit(client) === false) return undefined;
        return door.enter(() => {
          const connection = new Connection(client, options);
          open.add(connection);
          table.addWorkerFigure("accepted", worker, 1);
          table.addWorkerFigure("open", worker, 1);
          connection.serve();
        });
      },
      vanished: () => table.addWorkerFigure("vanished", worker, 1),
      failed: (error) => failed(error instanceof Error ? error.message : String(error)),
      pause: () => new Promise((resolve) => setTimeout(resolve, acceptPauseMs)),
      moment: () => new Promise((resolve) => setTimeout(resolve, 1)),
      stop: stopping.signal,
    });
  });

  const showAlive = () => table.setWorkerFigure("aliveAt", worker, clock());
  showAlive();
  const delay = new LoopDelay(clock(), plan.intervalMs);
  const upkeep = afterTurn(turn, () => {
    const now = clock();
    ownTime.caughtUp(now);
    sweep(watched, plan, wanted.at(now));
  });
  // One timer for all that comes again: to wake costs an idle thread more than what it then does.
  const beat = setInterval(() => {
    const now = clock();
    table.noteWorker("loopDelay", worker, delay.note(now));
    showAlive();
    for (const mark of marks) mark(now);
    if (open.count > 0) upkeep();
    else ownTime.caughtUp(now);
  }, plan.intervalMs);

  return {
    cutAll: (cause) => open.cutAll(cause),
    async stop({ drainMs, cause, closed }) {
      stopping.abort();
      await Promise.all(loops);
      closed();
      door.open();
      const timeUp = Promise.withResolvers<CutCause>();
      const timer = setTimeout(() => timeUp.resolve(cause), drainMs);
      const result = await open.drain(timeUp.promise);
      clearTimeout(timer);
      clearInterval(beat);
      timeout[Symbol.dispose]();
      slowWatch[Symbol.dispose]();
      return result;
    },
  };
}
