/** What is asked of the file system of a path; symbolic links are not followed. */
export interface FileFacts {
  /** User number of the owner. */
  readonly uid: number;
  /** Permission bits; 0 for a symbolic link, whose own have no meaning (symlink(7)). */
  readonly mode: number;
  readonly isFile: boolean;
}

/** Asks for the facts of a path; null where there is nothing. */
export type LookUp = (path: string) => FileFacts | null;

const writableByOthers = 0o022;
const executable = 0o111;

/** The folders above a path, the root first, and the path itself. */
function wayTo(path: string): string[] {
  const parts = path.split("/").filter((part) => part !== "");
  return ["/", ...parts.map((_, at) => `/${parts.slice(0, at + 1).join("/")}`)];
}

/**
 * Why an executable is not run, or null where it may be.
 *
 * The agent runs it with all that the agent may do, so nobody but root may be able to put another in its
 * place: it, every folder above it and every link on the way are root's, and writable by root alone.
 *
 * @param path Absolute, as it was given.
 * @param realPath The same with all symbolic links resolved.
 */
export function whyNotRun(path: string, realPath: string, lookUp: LookUp): string | null {
  for (const step of new Set([...wayTo(path), ...wayTo(realPath)])) {
    const facts = lookUp(step);
    if (facts === null) return `${step} does not exist`;
    if (facts.uid !== 0) return `${step} does not belong to root`;
    if ((facts.mode & writableByOthers) !== 0) return `${step} is writable by others than root`;
  }
  const facts = lookUp(realPath);
  if (facts?.isFile !== true) return `${realPath} is no file`;
  return (facts.mode & executable) === 0 ? `${realPath} is not executable` : null;
}
