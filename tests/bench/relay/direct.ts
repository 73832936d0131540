import type { Contender } from "./contender.ts";

/** No load balancer: the client connects to a server itself. What is measured is the limit. */
export const direct: Contender = {
  name: "direct",
  role: "direct",
  skips: ["idle", "start"],
  settings: "the client connects to one of the servers itself",
  version: () => Promise.resolve("no load balancer at all, for comparison"),
  start: () => Promise.resolve(null),
  address: ({ servers: [first] }) => first.address,
};
