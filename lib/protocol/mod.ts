/**
 * The wire protocol between monitor and agents: what is said, how it is laid out in datagrams, how
 * it is signed, and how replays are told from news.
 *
 * Nothing in here reads a clock, a socket or a random number. `SPECIFICATION.md` beside this file
 * describes the protocol for someone who wants to speak it from another program.
 *
 * @module
 */
export * from "./messages.ts";
export { backendId, formatBackendId } from "./backend_id.ts";
export {
  decode,
  type Decoded,
  encodeProbe,
  encodeReport,
  MAX_DATAGRAM_BYTES,
  MAX_REPORT_BYTES,
  PROBE_BYTES,
  REPORT_LIMIT_BYTES,
} from "./codec.ts";
export type { CheckOutcome } from "./check_outcome.ts";
export { VERSION } from "./envelope.ts";
export { type Key, KeyRing, PUBLISHED_KEY, PUBLISHED_KEY_WORD } from "./key_ring.ts";
export { REPLAY_WINDOW_SIZE, ReplayWindow, SessionWindows } from "./replay_window.ts";
export { type RefusalReason, refusalReasons, refusalSentences } from "./refusal.ts";
