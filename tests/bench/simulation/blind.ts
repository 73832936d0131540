import { adaptive } from "../../../frontend/selection/adaptive.ts";
import type { BackendMetrics } from "../../../frontend/selection/policy.ts";
import type { MonitorFigure, RelayFigure } from "../../../frontend/table/state_table.ts";
import type { Contestant } from "./contestant.ts";

/** The adaptive policy, to which some figures are unknown: what it makes of the others. */
export function blindTo(
  what: string,
  figures: readonly (MonitorFigure | RelayFigure)[],
): Contestant {
  return {
    name: `adaptive without ${what}`,
    make() {
      const policy = adaptive();
      return {
        pick: (slots, backends, context) => policy.pick(slots, hide(backends, figures), context),
      };
    },
  };
}

function hide(
  backends: BackendMetrics,
  figures: readonly (MonitorFigure | RelayFigure)[],
): BackendMetrics {
  return {
    size: backends.size,
    figure: (name, slot) => figures.includes(name) ? NaN : backends.figure(name, slot),
    relaySum: (name, slot) => backends.relaySum(name, slot),
    relayColumns: (name) => backends.relayColumns(name),
    relayFigure: (name, slot, worker) =>
      figures.includes(name) ? NaN : backends.relayFigure(name, slot, worker),
  };
}
