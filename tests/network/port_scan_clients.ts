/**
 * Clients that reset their connection right after the handshake, as port scans do.
 *
 * Arguments: the address, the port, how many, and how many a second. It prints how many were made.
 *
 * @module
 */
import { linux, loadLibc, unspecified } from "../../frontend/proxy/libc.ts";
import { encodeSocketAddress } from "../../lib/net/socket_address.ts";
import { pause } from "../wait_for.ts";

const [hostname = "", port = "", count = "", perSecond = ""] = Deno.args;
const libc = loadLibc();
const address = encodeSocketAddress({ hostname, port: Number(port) });
const begun = performance.now();
let made = 0;
for (let number = 0; number < Number(count); number++) {
  const fd = libc.socket(address[0] ?? 0, linux.SOCK_STREAM | linux.SOCK_CLOEXEC, 0);
  if (libc.connect(fd, address, address.length) === 0) made++;
  libc.connect(fd, unspecified, unspecified.length);
  libc.close(fd);
  const early = begun + 1_000 * (number + 1) / Number(perSecond) - performance.now();
  if (early > 1) await pause(early);
}
Deno.stdout.writeSync(new TextEncoder().encode(`${made}\n`));
