import { oneLine } from "../systemd/one_line.ts";
import { formatRequest, parseAnswer } from "./control_message.ts";
import { deadline } from "./deadline.ts";
import { foreignOwner } from "./foreign_owner.ts";
import { groupName } from "./group_name.ts";
import { readLine } from "./read_line.ts";
import { writeAll } from "./write_all.ts";

/** The longest answer in bytes. */
const maximumAnswerBytes = 64 * 1024 * 1024;

/** Why there is no result. */
export type ControlFailure = "not-running" | "no-permission" | "no-answer" | "refused" | "foreign";

/** Thrown where a command has no result; the message is one line for the user. */
export class ControlError extends Error {
  /** Tells the error from others in a log. */
  override readonly name = "ControlError";
  /** What kind of failure it is. */
  readonly failure: ControlFailure;

  /** Makes an error; its message is made one line. */
  constructor(failure: ControlFailure, message: string) {
    super(oneLine(message));
    this.failure = failure;
  }
}

/** Whom to ask. */
export interface ControlTarget {
  /** The program, by the name of its service. */
  readonly program: string;
  /** Where its socket may be, the first place first: see `controlPathsToTry`. */
  readonly paths: readonly string[];
  /** How long the answer may take; 10,000 by default. */
  readonly timeoutMs?: number;
}

/**
 * Asks the running program to carry out a command.
 *
 * @param target Whom to ask.
 * @param command The command's name.
 * @param args What it takes, as JSON has it.
 * @returns the command's result.
 * @throws {ControlError} where there is none.
 */
export async function requestControl(
  target: ControlTarget,
  command: string,
  args: unknown = null,
): Promise<unknown> {
  const connection = await connect(target);
  try {
    const talk = converse(connection, formatRequest({ command, args }));
    const answer = await deadline(talk, target.timeoutMs ?? 10_000, "it takes too long");
    if (answer.ok) return answer.result;
    throw new ControlError("refused", answer.error);
  } catch (error) {
    if (error instanceof ControlError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new ControlError("no-answer", `${target.program} does not answer: ${reason}`);
  } finally {
    connection.close();
  }
}

async function converse(connection: Deno.Conn, request: string) {
  await writeAll(connection, request);
  return parseAnswer(await readLine(connection, maximumAnswerBytes));
}

/** Connects to the first socket that a program answers at. */
async function connect({ program, paths }: ControlTarget): Promise<Deno.Conn> {
  for (const path of paths) {
    requireNotForeign(program, path);
    try {
      return await Deno.connect({ transport: "unix", path });
    } catch (error) {
      if (error instanceof Deno.errors.PermissionDenied) throw noPermission(program, path);
      if (!isAbsence(error)) throw unreachable(program, path, error);
    }
  }
  throw new ControlError(
    "not-running",
    `${program} is not running: nothing answers at ${paths.join(" or ")}; ` +
      `start it with: systemctl start ${program}`,
  );
}

/** Another user who made the directory first is told nothing. */
function requireNotForeign(program: string, path: string): void {
  const foreign = foreignOwner(path, Deno.uid() ?? 0, (each) => {
    try {
      return Deno.lstatSync(each).uid;
    } catch {
      // Whether it is missing or may not be seen, connecting says.
      return null;
    }
  });
  if (foreign === null) return;
  throw new ControlError(
    "foreign",
    `not talking to ${path}, the control socket of ${program}: ${foreign.path} belongs to another ` +
      `user (number ${foreign.uid}), who would learn the settings; run this as that user if it is ` +
      "the one that runs the program, else remove it or set LB_CONTROL to another path",
  );
}

/** No file, or a file that a program which died has left behind. */
function isAbsence(error: unknown): boolean {
  return error instanceof Deno.errors.NotFound || error instanceof Deno.errors.ConnectionRefused ||
    error instanceof Deno.errors.NotADirectory;
}

function unreachable(program: string, path: string, error: unknown): ControlError {
  const reason = error instanceof Error ? error.message : String(error);
  return new ControlError("no-answer", `cannot reach ${program} at ${path}: ${reason}`);
}

function noPermission(program: string, path: string): ControlError {
  const group = ownerGroup(path);
  const join = group === null
    ? ""
    : `, or have root add you to the group ${group} which owns it (usermod -aG ${group} NAME), and log in again`;
  return new ControlError(
    "no-permission",
    `no permission to use ${path}, the control socket of ${program}: run this as root${join}`,
  );
}

/** The group that owns the socket; null where even that may not be seen, or says nothing (root's). */
function ownerGroup(path: string): string | null {
  try {
    const { gid } = Deno.statSync(path);
    if (gid === null || gid === 0) return null;
    return groupName(Deno.readTextFileSync("/etc/group"), gid) ?? `number ${gid}`;
  } catch {
    return null;
  }
}
