import { currentSuite, suiteEnvironment } from "./runner/suite_environment.ts";

/**
 * The path of a file or folder that a package of the system brings. Tests name no such path in
 * another way: a suite of the runner gets those that it declared, and no others.
 *
 * @throws {RangeError} where the suite did not declare it.
 */
export function systemFile(path: string): string {
  const suite = currentSuite();
  const declared = (Deno.env.get(suiteEnvironment.files) ?? "").split(":");
  if (suite === null || declared.some((one) => path === one || path.startsWith(`${one}/`))) {
    return path;
  }
  throw new RangeError(
    `Cannot use ${path}: the suite "${suite}" does not declare it; ` +
      "add it to the files of its needs in tests/runner/suites.ts",
  );
}
