/**
 * A client that opens connections, makes one request over each and then keeps quiet, until it is
 * killed. It says "open" when all were answered.
 *
 * Arguments: the address, the port, and how many connections.
 *
 * @module
 */
const [hostname = "", port = "", count = ""] = Deno.args;
const request = new TextEncoder().encode(`GET / HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
const answer = new Uint8Array(1024);
const atOnce = 20;

const held: Deno.Conn[] = [];
let left = Number(count);

async function openSome(): Promise<void> {
  while (left-- > 0) {
    const conn = await Deno.connect({ hostname, port: Number(port), autoSelectFamily: false });
    await conn.write(request);
    if (await conn.read(answer) === null) throw new Error("Cannot go on: no answer");
    held.push(conn);
  }
}

await Promise.all(Array.from({ length: atOnce }, openSome));
Deno.stdout.writeSync(new TextEncoder().encode("open\n"));
// A pending read keeps the program, and with it the connections, alive.
await Promise.all(held.map((conn) => conn.read(new Uint8Array(1))));
