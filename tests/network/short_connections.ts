/**
 * A client that opens many short connections and ends each of them itself, so that whoever carries
 * them is the first to close towards the servers; prints how many were not answered.
 *
 *     short_connections.ts ADDRESS PORT COUNT
 *
 * @module
 */
const [hostname = "", port = "", count = ""] = Deno.args;
const atOnce = 20;
const request = new TextEncoder().encode(`GET /name.txt HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);

async function isAnswered(): Promise<boolean> {
  try {
    using conn = await Deno.connect({ hostname, port: Number(port) });
    await conn.write(request);
    return await conn.read(new Uint8Array(65_536)) !== null;
  } catch {
    return false;
  }
}

let left = Number(count);
let unanswered = 0;
await Promise.all(Array.from({ length: atOnce }, async () => {
  while (left-- > 0) if (!await isAnswered()) unanswered++;
}));
Deno.stdout.writeSync(new TextEncoder().encode(String(unanswered)));
