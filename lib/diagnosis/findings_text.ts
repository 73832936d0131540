import type { Finding, Verdict } from "./finding.ts";

/** How findings are written. */
export interface FindingsStyle {
  /** Whether the terminal shows colours. */
  readonly colour: boolean;
  /** Whether it shows more than ASCII. */
  readonly unicode: boolean;
}

const signs: Record<Verdict, { readonly unicode: string; readonly ascii: string; sgr: number }> = {
  ok: { unicode: "✓", ascii: "ok", sgr: 32 },
  warning: { unicode: "!", ascii: "!", sgr: 33 },
  failure: { unicode: "✗", ascii: "X", sgr: 31 },
  unknown: { unicode: "?", ascii: "?", sgr: 36 },
};

/**
 * Writes findings for people: a line each, the remedy beneath, and a summary last.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { findingsText } from "./findings_text.ts";
 *
 * const findings = [{ check: "key", verdict: "ok", saw: "LB_KEY is set" }] as const;
 * const style = { colour: false, unicode: true };
 * assertEquals(findingsText(findings, style), "✓ key: LB_KEY is set\n\nAll is well.");
 * ```
 */
export function findingsText(findings: readonly Finding[], style: FindingsStyle): string {
  const width = Math.max(...Object.values(signs).map((sign) => sign[alphabet(style)].length));
  const lines = findings.flatMap(({ check, verdict, saw, remedy }) => {
    const sign = signs[verdict];
    const mark = paint(sign[alphabet(style)].padEnd(width), sign.sgr, style);
    const indent = " ".repeat(width + 1);
    const advice = remedy === undefined ? [] : [`${indent}${style.unicode ? "→" : "->"} ${remedy}`];
    return [`${mark} ${check}: ${saw}`, ...advice];
  });
  return [...lines, "", summary(findings)].join("\n");
}

function alphabet({ unicode }: FindingsStyle): "unicode" | "ascii" {
  return unicode ? "unicode" : "ascii";
}

function paint(text: string, sgr: number, { colour }: FindingsStyle): string {
  return colour ? `\x1b[${sgr}m${text}\x1b[0m` : text;
}

function summary(findings: readonly Finding[]): string {
  const count = (verdict: Verdict) =>
    findings.filter((finding) => finding.verdict === verdict).length;
  const parts = [
    [count("failure"), "failed", "failed"],
    [count("warning"), "warning", "warnings"],
    [count("unknown"), "could not be told", "could not be told"],
  ] as const;
  const said = parts.filter(([number]) => number > 0)
    .map(([number, one, many]) => `${number} ${number === 1 ? one : many}`);
  return said.length === 0 ? "All is well." : `Of ${findings.length} checks: ${said.join(", ")}.`;
}
