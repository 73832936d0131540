/** What a suite wants of the machine that it runs on. */
export interface Needs {
  /** Whether only root can run it. */
  readonly root?: boolean;
  /** Commands without which it cannot run, and the Debian packages they come from. */
  readonly commands?: Readonly<Record<string, string>>;
  /** Other files without which it cannot run, and the Debian packages they come from. */
  readonly files?: Readonly<Record<string, string>>;
}

/** A part of the tests that runs in a process of its own. */
export interface Suite {
  readonly name: string;
  /** The arguments of `deno`. */
  readonly command: readonly string[];
  /**
   * What is counted: the tests of the JUnit report that the command writes when it is given
   * `--junit-path` as well, or the command itself as one test.
   */
  readonly counts: "tests" | "command";
  /** Absent where any machine will do. */
  readonly needs?: Needs;
  /** Commands that let more of its tests run, but without which it runs all the same. */
  readonly wishes?: Readonly<Record<string, string>>;
  /** After so many minutes it has hung and is ended. */
  readonly limitMinutes: number;
}
