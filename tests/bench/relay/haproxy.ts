import { haproxyVersion } from "../peers/haproxy.ts";
import type { Contender } from "./contender.ts";
import { bulkPort, type Testbed } from "./testbed.ts";

/** Two descriptors each, and some more for pipes, within a limit of 20,000. */
const connections = 9_200;
const pipes = 600;

/**
 * HAProxy in tcp mode.
 *
 * @param splice Whether it may let the kernel move bulk data, which it does where it finds that useful.
 */
export function haproxy({ threads, splice }: { threads: number; splice: boolean }): Contender {
  return {
    name: splice ? "HAProxy" : "HAProxy nosplice",
    role: "peer",
    // Neither has to do with how bulk data is moved.
    skips: splice ? [] : ["idle", "start"],
    settings: `tcp mode, nbthread ${threads}, leastconn, ${splice ? "" : "no "}option splice-auto`,
    version: haproxyVersion,
    address: ({ front }) => front.address,
    async start(testbed) {
      const path = `${testbed.front.directory}/haproxy-${threads}-${splice}.cfg`;
      await Deno.writeTextFile(path, configuration(testbed, { threads, splice }));
      return testbed.startProxy("haproxy", ["haproxy", "-db", "-f", path]);
    },
  };
}

function configuration(
  { servers: [first, second] }: Testbed,
  { threads, splice }: { threads: number; splice: boolean },
): string {
  return `
global
  nbthread ${threads}
  maxconn ${connections}
  maxpipes ${pipes}
defaults
  mode tcp
  ${splice ? "" : "no "}option splice-auto
  timeout connect 1s
  timeout client 10m
  timeout server 10m
listen http
  bind :80 backlog 65535
  balance leastconn
  server one ${first.address}:80
  server two ${second.address}:80
listen bulk
  bind :${bulkPort}
  server one ${first.address}:${bulkPort}
`;
}
