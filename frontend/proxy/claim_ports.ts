import { errorCode } from "../../lib/error_code.ts";
import type { ListenSetting } from "../../lib/config/settings.ts";
import type { Endpoint } from "./engine.ts";
import { listenProblem } from "./listen_problem.ts";
import type { ListenAt } from "./messages.ts";

/** Listens on an address and a port that nobody else may share. */
export type ListenAlone = (at: Endpoint) => { close(): void };

/** The IPv6 socket of all addresses serves IPv4 as well (ipv6(7), `IPV6_V6ONLY`). */
const allAddresses = "::";
const allIpv4Addresses = "0.0.0.0";
/** How the kernel says that it has no IPv6. */
const withoutIpv6: readonly string[] = ["EAFNOSUPPORT", "EADDRNOTAVAIL"];

function claim(at: Endpoint, listenAlone: ListenAlone): void {
  try {
    listenAlone(at).close();
  } catch (error) {
    throw new Error(listenProblem(at, error), { cause: error });
  }
}

function claimAnyAddress(port: number, listenAlone: ListenAlone): string {
  try {
    claim({ hostname: allAddresses, port }, listenAlone);
    return allAddresses;
  } catch (error) {
    if (!(error instanceof Error) || !withoutIpv6.includes(errorCode(error.cause))) throw error;
    claim({ hostname: allIpv4Addresses, port }, listenAlone);
    return allIpv4Addresses;
  }
}

/**
 * Makes sure that no other program listens where the workers are about to, and finds the address for
 * those that are to listen on all of them.
 *
 * The workers share their ports (SO_REUSEPORT), and the kernel would let a second program of the same
 * user share them too, which then would get a part of the clients without a word.
 *
 * @throws {Error} If an address cannot be listened on; the message is one line for people.
 */
export function claimPorts(
  listen: readonly ListenSetting[],
  listenAlone: ListenAlone = Deno.listen,
): ListenAt[] {
  return listen.map(({ service, address, port }) => {
    if (address === null) return { service, port, hostname: claimAnyAddress(port, listenAlone) };
    claim({ hostname: address, port }, listenAlone);
    return { service, port, hostname: address };
  });
}

/**
 * Finds the address for those workers that are to listen on all of them, where a predecessor holds
 * the ports still: asking with another port tells whether there is IPv6.
 */
export function sharePorts(listen: readonly ListenSetting[]): ListenAt[] {
  return claimPorts(listen, ({ hostname }) => Deno.listen({ hostname, port: 0 }));
}
