/** The variables of an environment. */
export type Environment = Readonly<Record<string, string>>;

/** What a `reload` command brings with it. */
export interface ReloadRequest {
  /** The settings in the command's environment. */
  readonly environment: Environment;
  /** `INVOCATION_ID` there (systemd.exec(5)): which start of which unit it belongs to; null: none. */
  readonly invocation: string | null;
}

/** What the running program knows of itself. */
export interface ReloadedProgram {
  readonly program: string;
  /** The environment whose settings it has. */
  readonly environment: Environment;
  /** Its own `INVOCATION_ID` where systemd runs it as a service, else null. */
  readonly invocation: string | null;
}

/** Where the control socket is, which every command has to know: alone it is no new setting. */
const placeOfSocket = "LB_CONTROL";

/**
 * Decides with which environment a program reloads.
 *
 * Under systemd the settings are the unit's, which `systemctl reload` hands over. A command that is
 * typed in a shell knows only the shell's, which as a rule holds none, the key as little as the rest:
 * it is refused. A program that was started by hand takes the command's settings; where it brings
 * none, the program keeps those that it has.
 *
 * @throws {Error} in one line for the user, where the settings are not the command's to give.
 */
export function environmentForReload(
  { environment, invocation }: ReloadRequest,
  own: ReloadedProgram,
): Environment {
  if (own.invocation !== null) {
    if (invocation === own.invocation) return environment;
    throw new Error(
      `${own.program} is run by systemd, which has its settings, and not this command: ` +
        `run systemctl reload ${own.program}, as root`,
    );
  }
  const brings = Object.keys(environment).some((name) =>
    name.startsWith("LB_") && name !== placeOfSocket
  );
  return brings ? environment : own.environment;
}

/**
 * Reads what a `reload` asks.
 *
 * @throws {TypeError} Where it holds no environment.
 */
export function parseReloadRequest(args: unknown): ReloadRequest {
  const { environment, invocation } = (args ?? {}) as Record<string, unknown>;
  if (typeof environment !== "object" || environment === null) {
    throw new TypeError("which settings? The request holds no environment");
  }
  const texts = Object.entries(environment).map(([name, value]) => [name, String(value)]);
  return {
    environment: Object.fromEntries(texts),
    invocation: typeof invocation === "string" && invocation !== "" ? invocation : null,
  };
}

/** The invocation of a service that systemd runs; null where it runs none, or something else does. */
export function serviceInvocation(
  variable: (name: string) => string | undefined,
): string | null {
  // A shell in a terminal that is a service has an invocation as well, but is not asked for news.
  return variable("NOTIFY_SOCKET") === undefined ? null : variable("INVOCATION_ID") || null;
}
