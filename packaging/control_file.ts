/** The fields of a package's control file. */
export interface ControlFields {
  /** Field by field, in the order in which they are written. */
  readonly fields: Readonly<Record<string, string>>;
  /** One line that says what the package is. */
  readonly synopsis: string;
  /** The long description, paragraph by paragraph. */
  readonly description: readonly string[];
}

/** Lines of the long description are no longer than this. */
const lineWidth = 79;

/**
 * Writes a package's control file (deb-control(5)).
 *
 * @throws {TypeError} If a field would break the file: an empty value, or one of several lines.
 *
 * @example
 * ```ts
 * import { controlFile } from "./control_file.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(
 *   controlFile({
 *     fields: { Package: "hello" },
 *     synopsis: "greets",
 *     description: ["Says hello.", "And goodbye."],
 *   }),
 *   "Package: hello\nDescription: greets\n Says hello.\n .\n And goodbye.\n",
 * );
 * ```
 */
export function controlFile({ fields, synopsis, description }: ControlFields): string {
  const lines = Object.entries({ ...fields, Description: synopsis }).map(([name, value]) => {
    if (/^[^\n]*\S[^\n]*$/.test(value)) return `${name}: ${value}`;
    throw new TypeError(
      `Cannot write the field ${name}: it has to be one line, received ${JSON.stringify(value)}`,
    );
  });
  const paragraphs = description.map((text) => wrap(text).map((line) => ` ${line}`).join("\n"));
  return `${lines.join("\n")}\n${paragraphs.join("\n .\n")}\n`;
}

function wrap(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter((word) => word !== "")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length < lineWidth) {
      lines[lines.length - 1] = `${last} ${word}`;
    } else {
      lines.push(word);
    }
  }
  return lines;
}
