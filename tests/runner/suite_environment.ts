/**
 * What the runner tells the process of a suite about what it declared; absent where somebody runs
 * single tests, which may then use all that the machine has.
 */
export const suiteEnvironment = {
  /** The suite's name. `PATH` then leads to what the suite declared, and to nothing else. */
  name: "TESTS_SUITE",
  /** The data files and folders that it declared, separated by colons. */
  files: "TESTS_FILES",
} as const;

/** The suite that this process belongs to, or null. */
export function currentSuite(): string | null {
  return Deno.env.get(suiteEnvironment.name) ?? null;
}
