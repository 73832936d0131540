import { errorCode } from "../../lib/error_code.ts";
import { hostPort } from "../../lib/net/host_port.ts";
import type { Endpoint } from "./engine.ts";

/** What a person can do about a port or address that cannot be listened on. */
function remedy(code: string, { port }: Endpoint): string | null {
  switch (code) {
    case "EADDRINUSE":
      return `another program listens there (see which with: ss -ltnp 'sport = :${port}'); ` +
        "stop it, or choose another port with LB_LISTEN";
    case "EACCES":
    case "EPERM":
      return "ports below 1024 need the right to bind them; run it as a service " +
        "(AmbientCapabilities=CAP_NET_BIND_SERVICE), as root, after " +
        "setcap cap_net_bind_service=+ep on the executable, or choose another port with LB_LISTEN";
    case "EADDRNOTAVAIL":
      return "no interface of this machine has that address (see them with: ip address); " +
        "correct LB_LISTEN, or leave the address out to listen on all of them";
    default:
      return null;
  }
}

/** One line for the operator: where could not be listened, why, and what helps. */
export function listenProblem(at: Endpoint, error: unknown): string {
  const detail = error instanceof Error ? error.message : String(error);
  const cause = remedy(errorCode(error), at) ?? `${detail}; correct LB_LISTEN`;
  return `Cannot listen on ${hostPort(at.hostname, at.port)}: ${cause}`;
}
