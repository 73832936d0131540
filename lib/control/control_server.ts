import { errorMessage } from "../error_message.ts";
import { acceptEach } from "../net/accept_each.ts";
import type { Logger } from "../systemd/logger.ts";
import {
  type ControlAnswer,
  formatAnswer,
  maximumRequestBytes,
  parseRequest,
} from "./control_message.ts";
import { deadline } from "./deadline.ts";
import { readLine } from "./read_line.ts";
import { openSocketFile, type SocketFile } from "./socket_file.ts";
import { writeAll } from "./write_all.ts";

/** Carries out one command; what it throws is answered as the error's message. */
export type ControlCommand = (args: unknown) => unknown | Promise<unknown>;

/** What is served, and where. */
export interface ControlServerOptions {
  /** The socket's absolute path. */
  readonly path: string;
  /** The commands by their names. */
  readonly commands: Readonly<Record<string, ControlCommand>>;
  /** Told what goes wrong with the socket. */
  readonly logger: Logger;
  /** How long a client may take to ask, and to take its answer; 5,000 by default. */
  readonly timeoutMs?: number;
  /**
   * Whether a program that answers at the path now is to go on until {@linkcode
   * ControlServer.publish}; false by default: then there must be none.
   */
  readonly publishLater?: boolean;
}

/** A control socket that is served. */
export interface ControlServer extends AsyncDisposable {
  /** Takes the place of whoever answers at the path. */
  publish(): void;
  /**
   * Leaves the place to another program that is about to take it: closing does not remove the socket
   * any more. It might be the other one's by then, put there between a look and the removal.
   */
  cede(): void;
  /** Lets the commands under way finish, for at most the timeout; removes the socket. */
  close(): Promise<void>;
}

/**
 * Serves the control socket: one request and one answer per connection.
 *
 * @throws {Error} in one line for the user, where the socket cannot be opened.
 */
export async function serveControl(options: ControlServerOptions): Promise<ControlServer> {
  const file = await open(options);
  const clients = new Map<Deno.Conn, Promise<void>>();
  const silent = new Set<Deno.Conn>();
  const { timeoutMs = 5_000 } = options;
  let closing = false;

  const serving = acceptEach({
    listener: file.listener,
    what: "the control socket",
    logger: options.logger,
    isClosing: () => closing,
    take(client) {
      const talk = converse(client, silent, options).finally(() => clients.delete(client));
      clients.set(client, talk);
    },
  });

  const close = async () => {
    if (closing) return;
    closing = true;
    file.close();
    await serving;
    for (const client of silent) closeQuietly(client);
    const finished = Promise.allSettled(clients.values());
    await deadline(finished, timeoutMs, "commands are still under way").catch(() => {});
    for (const client of clients.keys()) closeQuietly(client);
  };
  return {
    publish: () => file.publish(),
    cede: () => file.cede(),
    close,
    [Symbol.asyncDispose]: close,
  };
}

async function open({ path, publishLater }: ControlServerOptions): Promise<SocketFile> {
  try {
    return await openSocketFile(path, publishLater);
  } catch (error) {
    throw new Error(
      `cannot open the control socket ${path}: ${
        errorMessage(error)
      }; stop what is in the way, or ` +
        "set LB_CONTROL to another path",
    );
  }
}

/** One client's whole life; it is among the silent ones until it has asked. */
async function converse(
  client: Deno.Conn,
  silent: Set<Deno.Conn>,
  { commands, logger, timeoutMs = 5_000 }: ControlServerOptions,
): Promise<void> {
  try {
    silent.add(client);
    const request = readLine(client, maximumRequestBytes).finally(() => silent.delete(client));
    const answer = await answerTo(deadline(request, timeoutMs, "no request came"), commands);
    const written = writeAll(client, formatAnswer(answer));
    await deadline(written, timeoutMs, "the client does not take its answer");
  } catch (error) {
    logger.debug(`a client of the control socket went away: ${errorMessage(error)}`);
  } finally {
    closeQuietly(client);
  }
}

async function answerTo(
  request: Promise<string>,
  commands: ControlServerOptions["commands"],
): Promise<ControlAnswer> {
  try {
    const { command, args } = parseRequest(await request);
    const carryOut = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (carryOut === undefined) {
      throw new Error(`no such command; there are ${Object.keys(commands).join(", ")}`);
    }
    return { ok: true, result: await carryOut(args) };
  } catch (error) {
    return { ok: false, error: errorMessage(error) };
  }
}

function closeQuietly(client: Deno.Conn): void {
  try {
    client.close();
  } catch {
    // It is closed already.
  }
}
