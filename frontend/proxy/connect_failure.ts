import { errorCode } from "../../lib/error_code.ts";

/** What kept a connection from being made. */
export type ConnectFailureKind =
  /** The server's machine answers, but nothing listens there. */
  | "refused"
  /** The network does not reach the server's machine. */
  | "unreachable"
  /** No answer in time. */
  | "timeout"
  /** The server took the connection and reset it before it sent a byte. */
  | "reset"
  /** This machine has run out of something; it says nothing of the server. */
  | "local"
  /** Anything else. */
  | "other";

/** A failed attempt to connect. */
export interface ConnectFailure {
  readonly kind: ConnectFailureKind;
  /** The system's words, for people. */
  readonly detail: string;
}

const kinds: Readonly<Record<string, ConnectFailureKind>> = {
  ECONNREFUSED: "refused",
  EHOSTUNREACH: "unreachable",
  EHOSTDOWN: "unreachable",
  ENETUNREACH: "unreachable",
  ENETDOWN: "unreachable",
  ETIMEDOUT: "timeout",
  ECONNRESET: "reset",
  EMFILE: "local",
  ENFILE: "local",
  ENOBUFS: "local",
  ENOMEM: "local",
  // epoll_ctl(2): this user watches as many descriptors as it may.
  ENOSPC: "local",
  // connect(2): no free local port is left for this destination.
  EADDRNOTAVAIL: "local",
};

/** Whether an operation failed because the other side reset the connection (RST). */
export function isReset(error: unknown): boolean {
  return errorCode(error) === "ECONNRESET";
}

/** Says what an error of connecting means; the names are those of connect(2). */
export function classifyConnectFailure(error: unknown): ConnectFailure {
  if (error instanceof DOMException && error.name === "AbortError") {
    return { kind: "timeout", detail: "no answer in time" };
  }
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: kinds[errorCode(error)] ?? "other", detail };
}
