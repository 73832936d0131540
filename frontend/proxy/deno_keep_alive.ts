import { errorMessage } from "../../lib/error_message.ts";
import { DescriptorSearch } from "./descriptor_search.ts";
import { setKeepAlive } from "./engine/keep_alive.ts";
import type { EngineOptions } from "./engine.ts";
import { type Libc, loadLibc } from "./libc.ts";

/** Descriptors looked at per second at most: about a hundredth of a thread's time. */
const looksPerSecond = 25_000;

/** Has the kernel ask one side; false where that is to be tried again later. */
type KeepAlive = (conn: Deno.TcpConn, beside: Deno.TcpConn) => boolean;

/** With the kernel's own times, which Deno has no call to change. */
const keepAliveByDeno: KeepAlive = (conn) => {
  try {
    conn.setKeepAlive(true);
    return true;
  } catch (error) {
    // While a write waits, Deno refuses.
    return error instanceof Deno.errors.BadResource;
  }
};

/**
 * Makes what has the kernel ask silent sides of Deno's connections whether they are still there.
 *
 * Where libc cannot be loaded, it asks at the kernel's own times, which is warned of.
 *
 * @param load Loads the library; {@linkcode loadLibc}, unless a test has reason to do otherwise.
 */
export function createKeepAlive(
  { clock, warn }: Pick<EngineOptions, "clock" | "warn">,
  load: () => Libc = loadLibc,
): KeepAlive {
  const prepare = (): KeepAlive => {
    try {
      const libc = load();
      const search = new DescriptorSearch(libc, { clock, looksPerSecond });
      return (conn, beside) => {
        const { fd, isCutShort } = search.find(conn, beside);
        if (fd !== null) setKeepAlive(libc, fd);
        return !isCutShort;
      };
    } catch (error) {
      warn(
        "Machines that vanish are found out after net.ipv4.tcp_keepalive_time " +
          `(two hours, unless it is set otherwise): ${errorMessage(error)}`,
      );
      return keepAliveByDeno;
    }
  };
  let keepAlive: KeepAlive | null = null;
  return (conn, beside) => (keepAlive ??= prepare())(conn, beside);
}
