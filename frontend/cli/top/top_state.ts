import type { FrontendStatus } from "../../status.ts";
import type { BackendStatus } from "../../table/backend_status.ts";
import { placeOf } from "../backend_columns.ts";
import { inOrder, type SortKey } from "./sort_order.ts";

/** What the person at the keyboard is doing. */
export type Mode =
  | { readonly kind: "table" }
  /** Types what the rows shown are to contain. */
  | { readonly kind: "filter" }
  /** Is asked whether a backend is to be drained, or no longer. */
  | {
    readonly kind: "confirm";
    readonly drain: boolean;
    readonly id: string;
    readonly place: string;
  }
  | { readonly kind: "help" };

/** All that `top` knows. */
export interface TopState {
  /** What the front end said last; null until it has said anything. */
  readonly status: FrontendStatus | null;
  /** Why there is nothing newer; null where there is. */
  readonly trouble: string | null;
  /** What became of a drain; shown until the next key. */
  readonly notice: string | null;
  readonly mode: Mode;
  readonly sort: SortKey;
  readonly reversed: boolean;
  /** Rows are shown whose place, service, state or id contain it. */
  readonly filter: string;
  /** Of the rows in their order: the selected one, and the first one on the screen. */
  readonly selected: number;
  readonly scroll: number;
}

/** Before anything is known. */
export const initialState: TopState = {
  status: null,
  trouble: null,
  notice: null,
  mode: { kind: "table" },
  sort: "server",
  reversed: false,
  filter: "",
  selected: 0,
  scroll: 0,
};

/** The backends as they are shown: those that the filter lets through, in their order. */
export function shownBackends(state: TopState): readonly BackendStatus[] {
  const { status, filter, sort, reversed } = state;
  const wanted = filter.toLowerCase();
  const matching = (status?.backends ?? []).filter((backend) =>
    [placeOf(backend), backend.service, backend.state, backend.id].some((text) =>
      text.toLowerCase().includes(wanted)
    )
  );
  return inOrder(matching, sort, reversed);
}

/** The backend that the cursor is on. */
export function selectedBackend(state: TopState): BackendStatus | null {
  return shownBackends(state)[state.selected] ?? null;
}

/** Takes up what the front end says; the cursor stays with its backend. */
export function withStatus(state: TopState, status: FrontendStatus): TopState {
  return followSelected(state, { ...state, status, trouble: null });
}

/** Changes what is shown, or in which order; the cursor stays with its backend where that is shown. */
export function followSelected(before: TopState, after: TopState): TopState {
  const id = selectedBackend(before)?.id;
  const shown = shownBackends(after);
  const found = shown.findIndex((backend) => backend.id === id);
  const selected = found < 0 ? Math.min(after.selected, shown.length - 1) : found;
  return { ...after, selected: Math.max(0, selected) };
}

/** Moves the cursor by so many rows, as far as there are any. */
export function moveSelection(state: TopState, by: number): TopState {
  const last = shownBackends(state).length - 1;
  return { ...state, selected: Math.max(0, Math.min(last, state.selected + by)) };
}

/** Scrolls so that the cursor is among so many rows on the screen, and none of them stays empty. */
export function scrolledTo(state: TopState, height: number): TopState {
  const most = Math.max(0, shownBackends(state).length - height);
  const above = Math.min(state.scroll, state.selected, most);
  return { ...state, scroll: Math.max(above, state.selected - height + 1) };
}
