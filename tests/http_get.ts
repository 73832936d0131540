/** What is asked for, and of whom. */
export interface HttpGet {
  readonly hostname: string;
  readonly port: number;
  /** Without the leading slash. */
  readonly path: string;
  /** Closes the connection when it is aborted. */
  readonly signal?: AbortSignal;
}

/**
 * Gets a file over a connection of its own (HTTP/1.0, RFC 1945).
 *
 * @returns the whole body.
 * @throws {Error} where the answer is not a success, or not as long as it says itself.
 */
export async function httpGet({ hostname, port, path, signal }: HttpGet): Promise<Uint8Array> {
  using connection = await Deno.connect({ hostname, port });
  const close = () => connection[Symbol.dispose]();
  if (signal?.aborted) close();
  signal?.addEventListener("abort", close, { once: true });
  const request = `GET /${path} HTTP/1.0\r\nHost: ${hostname}\r\n\r\n`;
  await connection.write(new TextEncoder().encode(request));
  const answer = await new Response(connection.readable).bytes();
  const { head, body } = split(answer);
  if (!/^HTTP\/1\.\d 200 /.test(head)) {
    throw new Error(`Cannot get ${path}: received ${JSON.stringify(head)}`);
  }
  const length = Number(/^content-length: *(\d+)/im.exec(head)?.[1]);
  if (body.length !== length) {
    throw new Error(`Cannot get ${path}: received ${body.length} of ${length} bytes`);
  }
  return body;
}

/** An empty line ends the head. */
function split(answer: Uint8Array): { head: string; body: Uint8Array } {
  const text = new TextDecoder("latin1").decode(answer);
  const end = text.indexOf("\r\n\r\n");
  if (end < 0) return { head: text, body: new Uint8Array() };
  return { head: text.slice(0, end), body: answer.subarray(end + 4) };
}
