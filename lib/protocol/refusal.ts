/**
 * Why a datagram was not used: a closed list, so that each reason can be counted.
 *
 * The codec gives the first eight; the programs give the others, to messages that are genuine and
 * well-formed.
 */
export const refusalReasons = [
  "truncated",
  "oversized",
  "foreign",
  "version",
  "unknown-type",
  "unknown-key",
  "forged",
  "malformed",
  "address-mismatch",
  "replayed",
  "unmatched",
  "unexpected",
  "nonsense",
  "crowded-address",
  "excess",
  "no-room",
] as const;

/** Why a datagram was not used. */
export type RefusalReason = typeof refusalReasons[number];

/** Each reason as a plain sentence without its full stop, for logs and `doctor`. */
export const refusalSentences: Readonly<Record<RefusalReason, string>> = {
  truncated: "The datagram is too short to be a message",
  oversized: "The datagram is longer than any message may be",
  foreign: "The datagram belongs to another protocol that uses the same port",
  version:
    "The sender speaks another version of the protocol; use the same release on all machines",
  "unknown-type": "The message is of a type that this version does not know",
  "unknown-key":
    "The sender signs with a key that this machine does not have; compare LB_KEY on both",
  forged: "The signature does not fit the message, which was changed on its way or made up",
  malformed: "The message is signed with our key but breaks the format; its sender has a fault",
  "address-mismatch":
    "The message came from another address than its sender says: NAT is in between, or somebody " +
    "passes messages on",
  replayed: "The message has been received before",
  unmatched: "The report answers no probe that is still outstanding",
  unexpected: "The message is not meant for this kind of program",
  nonsense: "The message says something impossible, such as an answer before its question",
  "crowded-address":
    "Four agents are known there already: more may neither answer from one address nor advertise it",
  excess:
    "The agent says more than one may: it has too many addresses, or is started anew or changes too often",
  "no-room":
    "An agent that was not known before is left out: too many are new in this round, or known in all",
};
