import type { BackendMetrics, ChoiceContext, Policy } from "./policy.ts";

/**
 * The candidates in the order in which a policy prefers them: its pick, then its pick among the
 * rest, and so on, each worked out only when it is asked for.
 *
 * Who may be chosen is asked again at every step, as dialling the one before may have taken a second:
 * a server that went down meanwhile is left out.
 *
 * @param candidates Gives the slots that may be chosen now.
 */
export function* preference(
  policy: Policy,
  candidates: () => readonly number[],
  backends: BackendMetrics,
  context: ChoiceContext,
): Generator<number, void, void> {
  const all = candidates();
  if (all.length === 0) return;
  const first = policy.pick(all, backends, context);
  yield first;

  const tried = new Set([first]);
  for (;;) {
    const rest = candidates().filter((slot) => !tried.has(slot));
    if (rest.length === 0) return;
    const next = policy.pick(rest, backends, context);
    tried.add(next);
    yield next;
  }
}
