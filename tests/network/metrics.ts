/**
 * Adds up samples of a Prometheus text exposition.
 *
 * @param name Matches the names of the metrics; the pattern need not cover the whole name.
 * @param labels Matches the labels as they are written; absent, any will do.
 */
export function totalOf(text: string, name: RegExp, labels = /^/): number {
  const samples = text.matchAll(/^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? (\S+)/gm);
  return [...samples]
    .filter(([, sample = "", own = ""]) => name.test(sample) && labels.test(own))
    .reduce((sum, [, , , value]) => sum + Number(value), 0);
}
