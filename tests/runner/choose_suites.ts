import type { Suite } from "./suite.ts";
import { longSuites, suites } from "./suites.ts";

/**
 * The suites that somebody asks for, in their own order.
 *
 * @param wanted Names of suites, and paths of tests, which run as part of their suite and in place of
 * all of it; nothing for all suites but those that take minutes.
 * @throws {RangeError} where there is no such suite.
 *
 * @example
 * ```ts
 * import { chooseSuites } from "./choose_suites.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(chooseSuites(["packages", "lint"]).map(({ name }) => name), ["lint", "packages"]);
 * const [suite] = chooseSuites(["tests/network/lan_test.ts"]);
 * assertEquals(suite?.name, "network namespaces");
 * assertEquals(suite?.command.at(-1), "tests/network/lan_test.ts");
 * ```
 */
export function chooseSuites(wanted: readonly string[]): readonly Suite[] {
  if (wanted.length === 0) return suites;
  const all = [...suites, ...longSuites];
  const paths = wanted.filter((one) => one.includes("/"));
  const unknown = wanted.filter((one) => !one.includes("/")).filter((one) => {
    return !all.some(({ name }) => name === one);
  });
  if (unknown.length > 0) {
    const known = all.map(({ name }) => `"${name}"`).join(", ");
    throw new RangeError(`Cannot run ${unknown.join(", ")}: accepted are ${known}, and paths`);
  }
  return all.flatMap((suite) => {
    const own = paths.filter((path) => suiteOf(path, all) === suite);
    if (own.length > 0) return [narrow(suite, own)];
    return wanted.includes(suite.name) ? [suite] : [];
  });
}

/** The suite whose folder a path is in; what is in no folder of a suite is a unit test. */
function suiteOf(path: string, all: readonly Suite[]): Suite | undefined {
  const below = all.find(({ command }) => `${path}/`.startsWith(`${command.at(-1)}/`));
  return below ?? all.find(({ command }) => command.includes("test:fast"));
}

function narrow(suite: Suite, paths: readonly string[]): Suite {
  return { ...suite, command: ["test", "--allow-all", ...paths] };
}
