/**
 * A client that tries to get an answer again and again until it has the first byte of one, and then
 * says when that was, in milliseconds since 1970.
 *
 * Arguments: the address and the port. It says "ready" before its first try.
 *
 * @module
 */
const [hostname = "", port = ""] = Deno.args;
const request = new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
const betweenTriesMs = 2;

function say(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

async function isAnswered(): Promise<boolean> {
  try {
    using conn = await Deno.connect({ hostname, port: Number(port), autoSelectFamily: false });
    await conn.write(request);
    return await conn.read(new Uint8Array(1)) !== null;
  } catch {
    return false;
  }
}

say("ready");
while (!await isAnswered()) await new Promise((resolve) => setTimeout(resolve, betweenTriesMs));
say(`answered at ${Date.now()}`);
