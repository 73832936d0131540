import type { ControlGroup } from "./control_group.ts";
import type { Host } from "./lan.ts";

/** What it takes to start something on a machine. */
export type Starter = Pick<Host, "name" | "address" | "directory" | "start">;

/** A machine on which everything that is started belongs to a control group from its first moment. */
export function confinedHost(host: Host, group: ControlGroup): Starter {
  const { name, address, directory } = host;
  return {
    name,
    address,
    directory,
    start: (options) => host.start({ ...options, ...group.confine(options.command, options.args) }),
  };
}
