/** The names in a directory; none where it may not be read, or is gone. */
export function listDirectory(path: string): string[] {
  try {
    return [...Deno.readDirSync(path)].map(({ name }) => name);
  } catch {
    return [];
  }
}
