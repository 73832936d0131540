/** What is asked for, and of whom. */
export interface PageRequest {
  readonly hostname: string;
  readonly port: number;
  readonly page: string;
  /** Closes the connection when it is aborted. */
  readonly signal: AbortSignal;
}

/** The header in which a server of the experiment says its name. */
export const nameHeader = "X-Served-By";

/** A chunk of no length ends an answer of unknown length (RFC 9112, section 7.1). */
const lastChunk = "0\r\n\r\n";
const bufferBytes = 64 * 1024;
const encoder = new TextEncoder();
const decoder = new TextDecoder("latin1");

/**
 * Gets a page, compressed, over a connection of its own.
 *
 * @returns the name of the server that answered.
 * @throws {Error} where the answer is not a success, or not whole.
 */
export async function fetchPage({ hostname, port, page, signal }: PageRequest): Promise<string> {
  using connection = await Deno.connect({ hostname, port, signal, autoSelectFamily: false });
  const close = () => connection[Symbol.dispose]();
  signal.addEventListener("abort", close, { once: true });
  await connection.write(encoder.encode(
    `GET /${page} HTTP/1.1\r\nHost: ${hostname}\r\nAccept-Encoding: gzip\r\nConnection: close\r\n\r\n`,
  ));
  const { head, tail } = await readEnds(connection);
  signal.removeEventListener("abort", close);
  const server = new RegExp(`^${nameHeader}: (\\S+)`, "im").exec(head)?.[1];
  if (server === undefined || !/^HTTP\/1\.1 200 /.test(head)) {
    throw new Error(`Cannot get ${page}: received ${JSON.stringify(head.slice(0, 80))}`);
  }
  if (tail !== lastChunk) throw new Error(`Cannot get ${page}: the answer is cut off`);
  return server;
}

/** Reads an answer to its end, keeping only its beginning and its end. */
async function readEnds(connection: Deno.Conn): Promise<{ head: string; tail: string }> {
  const buffer = new Uint8Array(bufferBytes);
  let head = "";
  let tail = "";
  for (;;) {
    const length = await connection.read(buffer);
    if (length === null) return { head, tail };
    const bytes = buffer.subarray(0, length);
    if (!head.includes("\r\n\r\n")) head += decoder.decode(bytes.subarray(0, 1024));
    tail = (tail + decoder.decode(bytes.subarray(-lastChunk.length))).slice(-lastChunk.length);
  }
}
