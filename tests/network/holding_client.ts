/**
 * A client that opens connections and then keeps quiet, until it is killed.
 *
 * Arguments: the address, the port, and how many connections.
 *
 * @module
 */
const [hostname = "", port = "", count = ""] = Deno.args;

const held: Deno.Conn[] = [];
while (held.length < Number(count)) {
  held.push(await Deno.connect({ hostname, port: Number(port) }));
}
// A pending read keeps the program, and with it the connections, alive.
await Promise.allSettled(held.map((connection) => connection.read(new Uint8Array(1))));
