import type { RuntimeOrigin } from "../lib/build_info.ts";
import type { CompiledProgram } from "./programs.ts";

/** How a package is described to people. */
export interface PackageDescription {
  readonly synopsis: string;
  readonly description: readonly string[];
}

/** What the package of each program says it is. */
export const packageDescriptions: Readonly<Record<CompiledProgram["name"], PackageDescription>> = {
  "lb-agent": {
    synopsis: "make a server known to the lb-frontend load balancer",
    description: [
      "lb balances TCP connections over the servers of a network with nothing to configure: a " +
      "front end finds the servers by itself, watches how busy each one is, and hands every " +
      "connection to the one that can serve it best.",
      "This package is for the machines that run a TCP service. Its agent answers the front ends' " +
      "probes, by multicast on UDP port 8888, with the load of the machine and the state of the " +
      "service. It is started at installation and offers TCP port 80 unless told otherwise.",
    ],
  },
  "lb-frontend": {
    synopsis: "TCP load balancer that finds its servers by itself",
    description: [
      "lb balances TCP connections over the servers of a network with nothing to configure: a " +
      "front end finds the servers by itself, watches how busy each one is, and hands every " +
      "connection to the one that can serve it best.",
      "This package is for the machine that clients reach; the servers run lb-agent. It relays any " +
      "protocol on TCP byte by byte, shows its servers on a page and as figures for Prometheus, " +
      "and can drain them. It is enabled, but not started at installation, as port 80 may be in " +
      "use.",
    ],
  },
};

/** What a package adds about the runtime that its program was built with; null where nothing. */
export function runtimeRemark(runtime: RuntimeOrigin): string | null {
  switch (runtime) {
    case "official":
      return null;
    case "fallback":
      return "This package was built with the fallback runtime: Deno's own download could not be " +
        "reached, so the same bytes were taken from an npm package and checked by their SHA-256.";
    case "given":
      return "This package was built with a runtime that its builder chose (DENORT_BIN) in place " +
        "of Deno's own download.";
  }
}
