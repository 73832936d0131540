import type { LoggedEvent } from "./event_log.ts";
import type { History } from "./history.ts";

/** What `/api/history` tells. */
export interface HistorySource {
  readonly history: History;
  readonly events: readonly LoggedEvent[];
  /** Monotonic milliseconds. */
  readonly now: number;
}

/**
 * The history as the pieces of one JSON text: made one backend at a time, as that of a thousand would
 * take the main thread, which measures round-trip times, for a second.
 *
 * @param wanted The ids of the backends that are wanted; null: all of them.
 */
export function* historyJson(
  { history, events, now }: HistorySource,
  wanted: readonly string[] | null,
): Generator<string, void> {
  const { range } = history;
  const head = {
    now: Math.round(now),
    events,
    at: history.times(range),
    overview: history.overview(range),
  };
  yield `${JSON.stringify(head).slice(0, -1)},"backends":{`;
  let separator = "";
  for (const id of wanted ?? history.ids) {
    const series = history.backend(id, range);
    if (series === null) continue;
    yield `${separator}${JSON.stringify(id)}:${JSON.stringify(series)}`;
    separator = ",";
  }
  yield "}}";
}
