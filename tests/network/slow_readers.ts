/**
 * Clients that each ask for a large file and read nothing of it.
 *
 * Arguments: the address, the port, how many clients, and the file. It prints "asked" once all have
 * asked, and ends on SIGTERM.
 *
 * @module
 */
const [hostname = "", port = "", count = "", path = ""] = Deno.args;
const request = new TextEncoder().encode(`GET /${path} HTTP/1.0\r\n\r\n`);

const held: Deno.Conn[] = [];
while (held.length < Number(count)) {
  const connection = await Deno.connect({ hostname, port: Number(port) });
  await connection.write(request);
  held.push(connection);
}
Deno.stdout.writeSync(new TextEncoder().encode("asked\n"));
Deno.addSignalListener("SIGTERM", () => Deno.exit(0));
setInterval(() => {}, 60_000);
