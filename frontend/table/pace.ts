import { remainingWeight } from "../../lib/stats/ewma.ts";
import type { StateTable } from "./state_table.ts";
import { wayMs } from "./way.ts";

/** An answer of a server, as far as it tells how fast the server is. */
export interface TimedAnswer {
  /** From the first byte of what was asked to the first byte of the answer, in milliseconds. */
  readonly tookMs: number;
  /** Connections in flight to the server when it was asked, this one included: at least 1. */
  readonly place: number;
}

/** What is remembered of a server's latest answers. */
export interface Pace {
  /** How long they took, the way over the network left out, in milliseconds. */
  readonly ms: number;
  /** The places in the queue that they had, added up: the more, the more is known. */
  readonly places: number;
  /** How many there were. */
  readonly answers: number;
  /** The squares of their times, each by its place, added up: tells how much they scatter. */
  readonly squares: number;
}

/** The relays' columns that hold it. */
type PaceFigure = "paceMs" | "pacePlaces" | "paceAnswers" | "paceSquares" | "pacedAt";

/** What reading a pace takes of the table. */
export interface PaceColumns {
  readonly size: { readonly workers: number };
  figure(name: "stateSince", slot: number): number;
  relayFigure(name: PaceFigure, slot: number, worker: number): number;
}

/**
 * Takes an answer into what a worker remembers of a server.
 *
 * Times and places are added up each by itself. Their quotient is the time that one connection in
 * flight costs: about the same whether the server was idle or had a queue, as an answer takes the
 * longer the more were before it. What was added fades with time.
 *
 * What was asked before the server came up, or was left out, says nothing of how it is now: one that hung
 * and goes on answers at once what has waited all the while.
 *
 * @param at Monotonic milliseconds.
 * @param memoryMs The time in which an answer's weight falls to 1/e, in milliseconds.
 */
export function noteAnswer(
  table: StateTable,
  slot: number,
  worker: number,
  { tookMs, place }: TimedAnswer,
  at: number,
  memoryMs: number,
): void {
  if (at - tookMs < table.figure("stateSince", slot)) return;
  const way = wayMs(slot, table);
  const ownMs = Number.isNaN(way) ? tookMs : Math.max(0, tookMs - way);
  const left = weightLeft(slot, worker, table, at, memoryMs);
  const add = (name: PaceFigure, by: number) =>
    table.setRelayFigure(name, slot, worker, left * table.relayFigure(name, slot, worker) + by);
  add("paceMs", ownMs);
  add("pacePlaces", place);
  add("paceAnswers", 1);
  add("paceSquares", ownMs * ownMs / place);
  table.setRelayFigure("pacedAt", slot, worker, at);
}

/** What is left of what a worker has noted; nothing of what it noted before the server came up. */
function weightLeft(
  slot: number,
  worker: number,
  columns: PaceColumns,
  now: number,
  memoryMs: number,
): number {
  const pacedAt = columns.relayFigure("pacedAt", slot, worker);
  if (pacedAt < columns.figure("stateSince", slot)) return 0;
  return remainingWeight(now - pacedAt, memoryMs);
}

/**
 * What all workers together remember of a server.
 *
 * @param now Monotonic milliseconds.
 * @param memoryMs The same as when it was noted.
 */
export function paceOf(
  slot: number,
  columns: PaceColumns,
  now: number,
  memoryMs: number,
): Pace {
  let ms = 0;
  let places = 0;
  let answers = 0;
  let squares = 0;
  for (let worker = 0; worker < columns.size.workers; worker++) {
    const left = weightLeft(slot, worker, columns, now, memoryMs);
    ms += left * columns.relayFigure("paceMs", slot, worker);
    places += left * columns.relayFigure("pacePlaces", slot, worker);
    answers += left * columns.relayFigure("paceAnswers", slot, worker);
    squares += left * columns.relayFigure("paceSquares", slot, worker);
  }
  return { ms, places, answers, squares };
}
