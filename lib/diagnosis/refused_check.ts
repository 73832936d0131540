import { failure, type Finding } from "./finding.ts";
import type { RefusedSender } from "./probing.ts";

/**
 * Who speaks another version of the protocol.
 *
 * @param remedy What to do about it.
 */
export function checkVersions(refused: readonly RefusedSender[], remedy: string): Finding[] {
  const others = refused.filter(({ reason }) => reason === "version").map(({ from }) => from);
  if (others.length === 0) return [];
  const places = [...new Set(others)].join(", ");
  return [failure("versions", `another version of the protocol is spoken by ${places}`, remedy)];
}

/**
 * Whose messages come from another address than they say.
 *
 * @param remedy What to do about it.
 */
export function checkClaims(refused: readonly RefusedSender[], remedy: string): Finding[] {
  const claims = refused.filter(({ reason }) => reason === "address-mismatch")
    .map(({ from, claimed }) => `${from} says that it is ${claimed}`);
  if (claims.length === 0) return [];
  return [
    failure("addresses", `of those who send here, ${[...new Set(claims)].join("; ")}`, remedy),
  ];
}
