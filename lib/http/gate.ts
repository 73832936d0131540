import { quote } from "../config/quote.ts";
import { isAllowedHost, isLoopback, type ServedPlace } from "./allowed_host.ts";

/** Whom a server answers. */
export interface Gate extends ServedPlace {
  /** The setting by which it is given a name. */
  readonly setting: string;
  readonly port: number;
  /** The paths that may be asked for by any name where a network reaches the server. */
  readonly anyHost: readonly string[];
}

/** Why a request is not answered. */
export interface GateRefusal {
  readonly reason: "host" | "cross-site";
  /** What was wrong, and what to do, in one line. */
  readonly line: string;
}

/**
 * Whether a request has to be refused because it may be another site's: a browser on this network
 * sends it for a page that it has from elsewhere.
 *
 * @param request The request; its URL has the host that the client names.
 * @returns null where it may be answered.
 */
export function refusal(request: Pick<Request, "url" | "headers">, gate: Gate): GateRefusal | null {
  const { hostname, pathname } = new URL(request.url);
  if (isFromAnotherSite(request.headers, pathname)) {
    const line = "Forbidden: a page of another site asks for this; open it in a tab of its own";
    return { reason: "cross-site", line };
  }
  const isOpen = !isLoopback(gate.listening) && gate.anyHost.includes(pathname);
  if (isOpen || isAllowedHost(hostname, gate)) return null;
  return { reason: "host", line: hostLine(hostname, gate) };
}

/**
 * Whether a browser says that a page of another site makes it ask (Fetch Metadata Request Headers,
 * W3C), and not for following a link to the front page.
 */
function isFromAnotherSite(headers: Headers, pathname: string): boolean {
  const header = (name: string) => (headers.get(`sec-fetch-${name}`) ?? "").toLowerCase();
  if (!header("site").includes("cross-site")) return false;
  return !(pathname === "/" && header("mode") === "navigate" && header("dest") === "document");
}

function hostLine(hostname: string, { setting, listening, port }: Gate): string {
  const stranger = `not to ${quote(hostname)}`;
  if (isLoopback(listening)) {
    return `Forbidden: this answers to localhost and ${listening}, ${stranger}; ` +
      `ask for http://localhost:${port}/`;
  }
  return `Forbidden: this answers to IP addresses and to this machine's own names, ${stranger}; ` +
    `ask by one of those, or set ${setting}=NAME:${port} to have it answer to that name as well`;
}
