import { Buffer } from "node:buffer";

/** What `deno compile` puts before the program that it appends to the runtime. */
const programMark = "d3n0l4ndd3n0l4nd";
/** How it notes when an embedded file was changed: milliseconds since 1970, at the entry's end. */
const fileTime = /(?<="u":(?:true|false),.{0,120}?"t":)\d{13}(?=\})/g;
/** A time of as many digits; nothing reads it. */
const fixedTime = "1000000000000";

/**
 * Makes a compiled program independent of when its source files were written.
 *
 * `deno compile` embeds the times of all files, those of the npm packages in its cache included, so
 * that a fresh checkout would give other bytes. Each time is replaced by a fixed one of the same
 * length, which moves nothing else.
 *
 * @param executable The compiled program; it is changed in place.
 * @returns how many times were replaced.
 * @throws {TypeError} If it is no compiled program.
 */
export function fixFileTimes(executable: Uint8Array): number {
  const bytes = Buffer.from(executable.buffer, executable.byteOffset, executable.length);
  const start = bytes.lastIndexOf(programMark, undefined, "latin1");
  if (start < 0) throw new TypeError("Cannot fix file times: this is no compiled program");
  const times = [...bytes.toString("latin1", start).matchAll(fileTime)];
  for (const { index } of times) bytes.write(fixedTime, start + index, "latin1");
  return times.length;
}
