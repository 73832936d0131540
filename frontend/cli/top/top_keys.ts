import { placeOf } from "../backend_columns.ts";
import { sortKeyAfter } from "./sort_order.ts";
import {
  followSelected,
  moveSelection,
  selectedBackend,
  shownBackends,
  type TopState,
} from "./top_state.ts";

/** What a key asks of the world outside; null where it asks nothing. */
export type Effect =
  | { readonly kind: "quit" }
  | { readonly kind: "drain"; readonly drain: boolean; readonly id: string }
  | null;

/** What a key brings about. */
export interface KeyOutcome {
  readonly state: TopState;
  readonly effect: Effect;
}

/**
 * What a key does.
 *
 * @param key A character, or the name of a key such as `up`; see `keyName`.
 * @param page How many backends stand on the screen.
 */
export function pressKey(state: TopState, key: string, page: number): KeyOutcome {
  const read = { ...state, notice: null };
  switch (state.mode.kind) {
    case "filter":
      return only(typeFilter(read, key));
    case "confirm":
      return confirm(read, state.mode, key);
    case "help":
      return only({ ...read, mode: { kind: "table" } });
    case "table":
      return key === "q"
        ? { state: read, effect: { kind: "quit" } }
        : only(inTable(read, key, page));
  }
}

function only(state: TopState): KeyOutcome {
  return { state, effect: null };
}

function inTable(state: TopState, key: string, page: number): TopState {
  switch (key) {
    case "left":
      return fromTheFirst({ ...state, sort: sortKeyAfter(state.sort, -1) });
    case "right":
      return fromTheFirst({ ...state, sort: sortKeyAfter(state.sort, 1) });
    case "r":
      return fromTheFirst({ ...state, reversed: !state.reversed });
    case "/":
      return { ...state, mode: { kind: "filter" } };
    case "escape":
      return followSelected(state, { ...state, filter: "" });
    case "?":
    case "h":
      return { ...state, mode: { kind: "help" } };
    case "d":
    case "u":
      return ask(state, key === "d");
    default:
      return moveSelection(state, rowsMoved(state, key, page));
  }
}

/** Whoever sorts anew wants to see what comes first. */
function fromTheFirst(state: TopState): TopState {
  return { ...state, selected: 0, scroll: 0 };
}

function rowsMoved(state: TopState, key: string, page: number): number {
  const all = shownBackends(state).length;
  const moves: Readonly<Record<string, number>> = {
    up: -1,
    k: -1,
    down: 1,
    j: 1,
    pageup: -page,
    pagedown: page,
    home: -all,
    g: -all,
    end: all,
    G: all,
  };
  return moves[key] ?? 0;
}

function ask(state: TopState, drain: boolean): TopState {
  const backend = selectedBackend(state);
  if (backend === null) return state;
  return { ...state, mode: { kind: "confirm", drain, id: backend.id, place: placeOf(backend) } };
}

/** Only a clear yes will do: any other key is a no. */
function confirm(
  state: TopState,
  { drain, id }: { readonly drain: boolean; readonly id: string },
  key: string,
): KeyOutcome {
  const back: TopState = { ...state, mode: { kind: "table" } };
  return { state: back, effect: key === "y" || key === "Y" ? { kind: "drain", drain, id } : null };
}

function typeFilter(state: TopState, key: string): TopState {
  if (key === "return") return { ...state, mode: { kind: "table" } };
  if (key === "escape") {
    return followSelected(state, { ...state, filter: "", mode: { kind: "table" } });
  }
  const isCharacter = [...key].length === 1;
  const typed = isCharacter ? key : "";
  const filter = key === "backspace"
    ? [...state.filter].slice(0, -1).join("")
    : state.filter + typed;
  return followSelected(state, { ...state, filter });
}
