/**
 * One request and its answer, between Node's HTTP parser and the web's own API.
 *
 * @module
 */
import type { IncomingMessage, ServerResponse } from "node:http";

/**
 * A request as the web's own API has it, with those of its headers that are looked at; null where the
 * client names what is no host, two hosts, no path or a method of tunnels.
 */
export function asRequest(
  { method = "GET", url = "/", headers, rawHeaders }: IncomingMessage,
): Request | null {
  try {
    const hosts = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host");
    if (hosts.length > 1) return null;
    const base = `http://${headers.host ?? "localhost"}`;
    return new Request(url.startsWith("/") ? base + url : new URL(url), {
      method,
      headers: fetchMetadata(headers),
    });
  } catch {
    return null;
  }
}

function fetchMetadata(headers: IncomingMessage["headers"]): Record<string, string> {
  const names = ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"];
  return Object.fromEntries(names.flatMap((name) => {
    const value = headers[name];
    return value === undefined ? [] : [[name, String(value)]];
  }));
}

/** Whether a request says that a body follows. */
export function hasBody({ headers }: IncomingMessage): boolean {
  return headers["transfer-encoding"] !== undefined ||
    ![undefined, "0"].includes(headers["content-length"]);
}

/** Sends an answer; resolves when all of it has been handed on, or the client has gone. */
export async function send(
  response: Response,
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  outgoing.writeHead(response.status, Object.fromEntries(response.headers));
  if (incoming.method === "HEAD") await response.body?.cancel();
  else if (response.body !== null) await pour(response.body, outgoing);
  outgoing.end();
}

/** Sends a body as fast as the client takes it, and no faster. */
async function pour(body: ReadableStream<Uint8Array>, outgoing: ServerResponse): Promise<void> {
  const reader = body.getReader();
  outgoing.once("close", () => void reader.cancel().catch(() => {}));
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      if (!outgoing.write(value) && !await isTaken(outgoing)) break;
    }
  } catch {
    // The source has given up on this client; that it was cut short is all the client has to know.
  }
  outgoing.destroy();
}

/** Waits until what was written is on its way; false where the client has gone. */
function isTaken(outgoing: ServerResponse): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const [taken, gone] = [() => resolve(true), () => resolve(false)];
  outgoing.once("drain", taken).once("close", gone);
  if (outgoing.destroyed) gone();
  return promise.finally(() => outgoing.off("drain", taken).off("close", gone));
}
