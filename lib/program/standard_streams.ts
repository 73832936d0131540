const encoder = new TextEncoder();

/** Writes a text to standard output. */
export function print(text: string): void {
  writeAll(Deno.stdout, text);
}

/** Writes a line to standard error. */
export function complain(line: string): void {
  writeAll(Deno.stderr, `${line}\n`);
}

function writeAll(stream: { writeSync(bytes: Uint8Array): number }, text: string): void {
  let rest = encoder.encode(text);
  while (rest.length > 0) rest = rest.subarray(stream.writeSync(rest));
}
