/** What dpkg knows of an installed package, as far as others need to know it. */
export interface InstalledPackage {
  readonly name: string;
  /** Whether every Debian has it (deb-control(5), `Essential`). */
  readonly isEssential: boolean;
  /** What it must have beside it: of each group one alternative, the preferred one first. */
  readonly dependencies: readonly (readonly string[])[];
  /** Other names that it answers to. */
  readonly provides: readonly string[];
}

/** What {@linkcode parseInstalledPackages} reads: the `--showformat` of dpkg-query(1). */
export const installedPackagesFormat =
  "${db:Status-Abbrev}\\t${Package}\\t${Essential}\\t${Pre-Depends}, ${Depends}\\t${Provides}\\n";

/**
 * Reads the packages that are installed; one that only left its settings behind is none.
 *
 * @example
 * ```ts
 * import { parseInstalledPackages } from "./package_closure.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const line = "ii \tman-db\tno\t, groff-base (>= 1.18), bsdextrautils | bsdmainutils\tman-browser\n";
 * assertEquals(parseInstalledPackages(line), [{
 *   name: "man-db",
 *   isEssential: false,
 *   dependencies: [["groff-base"], ["bsdextrautils", "bsdmainutils"]],
 *   provides: ["man-browser"],
 * }]);
 * ```
 */
export function parseInstalledPackages(text: string): InstalledPackage[] {
  return text.split("\n").flatMap((line) => {
    const [state = "", name = "", essential, dependencies = "", provides = ""] = line.split("\t");
    if (!state.startsWith("ii")) return [];
    return [{
      name,
      isEssential: essential === "yes",
      dependencies: names(dependencies),
      provides: names(provides).flat(),
    }];
  });
}

/** The names in a relation between packages (deb-control(5)), without versions and architectures. */
function names(relation: string): string[][] {
  return relation.split(",").map((group) =>
    group.split("|").map((one) => one.replace(/[(:[].*/s, "").trim()).filter((name) => name !== "")
  ).filter((group) => group.length > 0);
}

/**
 * The packages that a machine has on which some were installed by hand, without what they only
 * recommend: these, the essential ones, and what all of them depend on.
 *
 * @param wanted Names of packages; one that is not installed is left out.
 */
export function packageClosure(
  installed: readonly InstalledPackage[],
  wanted: readonly string[],
): Set<string> {
  const byName = new Map(installed.map((one) => [one.name, one]));
  const providers = new Map(installed.flatMap((one) => one.provides.map((name) => [name, one])));
  const find = (name: string) => byName.get(name) ?? providers.get(name);
  const found = new Set<string>();
  const open = installed.filter(({ isEssential }) => isEssential);
  open.push(...wanted.map(find).filter((one) => one !== undefined));
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (found.has(next.name)) continue;
    found.add(next.name);
    for (const alternatives of next.dependencies) {
      const chosen = alternatives.map(find).find((one) => one !== undefined);
      if (chosen !== undefined) open.push(chosen);
    }
  }
  return found;
}
