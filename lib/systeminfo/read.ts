/**
 * The part of the library that touches the system, with `sock_diag.ts`: everything else takes the
 * text, or a {@linkcode ReadText} that a test can answer from memory.
 *
 * @module
 */
import type { IpFamily } from "./inet_diag.ts";
import { askForListeners } from "./sock_diag.ts";
import { parseTcpListeners, reachesPastListeners, type TcpListener } from "./tcp_listeners.ts";

/** Gives the text of a file; null where it cannot be read, for whatever reason. */
export type ReadText = (path: string) => string | null;

/**
 * Reads a file of /proc or /sys.
 *
 * A figure that cannot be had is an everyday matter there (an older kernel, a container, a driver
 * that does not know), so every failure is null.
 */
export function readText(path: string): string | null {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}

/** Gives the listening TCP sockets of a family; null where they cannot be had. */
export type ReadListeners = (family: IpFamily) => readonly TcpListener[] | null;

/** Gives the listening TCP sockets of a family: the kernel is asked, or else /proc is read. */
export function readTcpListeners(family: IpFamily): TcpListener[] | null {
  const asked = askForListeners(family);
  if (asked !== null) return asked;
  const text = readListeningHead(family === "IPv4" ? "/proc/net/tcp" : "/proc/net/tcp6");
  return text === null ? null : parseTcpListeners(text);
}

/** A page: the kernel gives no more of such a file at once. */
const chunkBytes = 4096;

/** Longer than any line of the file. */
const lineBytes = 512;

/**
 * Reads the beginning of `/proc/net/tcp` or `/proc/net/tcp6` that holds the listening sockets,
 * however many connections follow.
 *
 * A read that leaves room for another line has reached the end. Asking once more would be dear:
 * the kernel would walk its whole table of connections again to find nothing (2.5 ms for the
 * 262,144 places of a machine with 24 GB).
 */
export function readListeningHead(path: string): string | null {
  try {
    using file = Deno.openSync(path);
    return readUntilPastListeners(file);
  } catch {
    return null;
  }
}

function readUntilPastListeners(file: Deno.FsFile): string {
  const decoder = new TextDecoder();
  const chunk = new Uint8Array(chunkBytes);
  let text = "";
  for (;;) {
    const length = file.readSync(chunk) ?? 0;
    const unfinished = text.lastIndexOf("\n") + 1;
    text += decoder.decode(chunk.subarray(0, length), { stream: true });
    if (length < chunkBytes - lineBytes) return text;
    if (reachesPastListeners(text.slice(unfinished))) return text;
  }
}
