import type { Variable } from "./variables.ts";

/** A row of a table whose first cell names variables: their names, and the second cell's values. */
interface Row {
  readonly names: readonly string[];
  readonly defaults: readonly string[];
}

function rowOf(line: string): Row | null {
  const [, first = "", second = ""] = line.split(/(?<!\\)\|/);
  const names = [...first.matchAll(/`(LB_[A-Z_]+)`/g)].map(([, name = ""]) => name);
  if (!line.startsWith("|") || names.length === 0) return null;
  const quoted = [...second.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text);
  return { names, defaults: names.length > 1 ? quoted : [second.replaceAll("`", "").trim()] };
}

/**
 * Compares the settings table of a Markdown document with the declarations: a table of which each row
 * names one or more variables in its first cell, and as many defaults in its second.
 *
 * @param markdown The document.
 * @param variables The declarations.
 * @returns what differs, a line each; none where the two agree.
 *
 * @example
 * ```ts
 * import { documentationDifferences } from "./documentation.ts";
 * import { assertEquals } from "@std/assert";
 *
 * const port = { name: "LB_PORT", default: "8888" } as const;
 * assertEquals(documentationDifferences("| `LB_PORT` | `8888` | the port |", [port]), []);
 * assertEquals(documentationDifferences("| `LB_PORT` | `80` | the port |", [port]), [
 *   'LB_PORT has the default "8888", documented is "80"',
 * ]);
 * ```
 */
export function documentationDifferences(
  markdown: string,
  variables: readonly Pick<Variable, "name" | "default">[],
): readonly string[] {
  const rows = markdown.split("\n").flatMap((line) => rowOf(line) ?? []);
  const documented = new Map(
    rows.flatMap(({ names, defaults }) =>
      names.map((name, index) => [name, defaults[index] ?? ""])
    ),
  );
  const known = new Set<string>(variables.map(({ name }) => name));
  const surplus = [...documented.keys()].filter((name) => !known.has(name));
  return [
    ...variables.flatMap((variable) => differenceOf(variable, documented.get(variable.name))),
    ...surplus.map((name) => `${name} is documented, but no program reads it`),
  ];
}

function differenceOf(
  variable: Pick<Variable, "name" | "default">,
  documented: string | undefined,
): string[] {
  const { name, default: usual } = variable;
  if (documented === undefined) return [`${name} is not documented`];
  if (documented === usual) return [];
  return [`${name} has the default "${usual}", documented is "${documented}"`];
}
