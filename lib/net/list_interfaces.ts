/**
 * Makes a function that lists the machine's addresses. Where they cannot be listed, as in a process
 * that has no descriptor left, they are taken to be what they were.
 *
 * @param list Lists them, or throws.
 * @throws {Error} by the function, where they have never been listed.
 */
export function interfaceLister(
  list: () => Deno.NetworkInterfaceInfo[] = Deno.networkInterfaces,
): () => Deno.NetworkInterfaceInfo[] {
  let last: Deno.NetworkInterfaceInfo[] | null = null;
  return () => {
    try {
      return last = list();
    } catch (error) {
      if (last === null) throw error;
      return last;
    }
  };
}
