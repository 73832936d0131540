/** What the place of the control socket depends on. */
export interface ControlPathSource {
  /** The program whose socket it is, such as `lb-agent`. */
  readonly program: string;
  /** `LB_CONTROL`; null where it is not set. */
  readonly setting: string | null;
  /** `RUNTIME_DIRECTORY`, set by systemd; may name several, separated by colons (systemd.exec(5)). */
  readonly runtimeDirectory?: string | undefined;
  /** The user's number. */
  readonly uid: number;
  /** `XDG_RUNTIME_DIR`, the user's own directory for sockets (XDG Base Directory Specification). */
  readonly xdgRuntimeDir?: string | undefined;
  /** `TMPDIR`. */
  readonly tmpDir?: string | undefined;
}

/**
 * Where a program that serves puts its control socket.
 *
 * @example
 * ```ts
 * import { controlPath } from "./control_path.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const program = "lb-agent";
 * assertEquals(controlPath({ program, setting: null, uid: 0 }), "/run/lb-agent/control.sock");
 * assertEquals(
 *   controlPath({ program, setting: null, uid: 1000, xdgRuntimeDir: "/run/user/1000" }),
 *   "/run/user/1000/lb-agent/control.sock",
 * );
 * ```
 */
export function controlPath(source: ControlPathSource): string {
  const { program, setting, uid } = source;
  return setting ?? serviceOwn(source) ?? (uid === 0 ? systemWide(program) : userOwn(source));
}

/**
 * Where a command looks for the control socket of a running program, the first place first: that of
 * the system's service, then that of a program which the user started.
 */
export function controlPathsToTry(source: ControlPathSource): readonly string[] {
  if (source.setting !== null) return [source.setting];
  return [...new Set([systemWide(source.program), controlPath(source)])];
}

function systemWide(program: string): string {
  return `/run/${program}/control.sock`;
}

/** The service's runtime directory: the one of this program's name, where there are several. */
function serviceOwn({ program, runtimeDirectory }: ControlPathSource): string | null {
  const directories = (runtimeDirectory ?? "").split(":").filter((path) => path.startsWith("/"));
  const own = directories.find((path) => path.endsWith(`/${program}`)) ?? directories[0];
  return own === undefined ? null : `${own}/control.sock`;
}

function userOwn({ program, uid, xdgRuntimeDir, tmpDir }: ControlPathSource): string {
  if (xdgRuntimeDir?.startsWith("/")) {
    return `${withoutSlash(xdgRuntimeDir)}/${program}/control.sock`;
  }
  const temporary = tmpDir?.startsWith("/") ? withoutSlash(tmpDir) : "/tmp";
  return `${temporary}/${program}-${uid}/control.sock`;
}

function withoutSlash(directory: string): string {
  return directory.replace(/\/+$/, "");
}
