/**
 * Reads a text that is one whole decimal number, as most single-value files of the kernel are.
 *
 * @param text White space around the number is allowed.
 * @returns the number; null where the text is anything else, or is over 2^53 − 1.
 */
export function parseWholeNumber(text: string): number | null {
  const trimmed = text.trim();
  if (!/^\d+$/.test(trimmed)) return null;
  const value = Number(trimmed);
  return Number.isSafeInteger(value) ? value : null;
}
