/**
 * Finds a group's name in the text of `/etc/group` (group(5)).
 *
 * @returns null where the group is not in it, such as one that systemd made up for a service.
 *
 * @example
 * ```ts
 * import { groupName } from "./group_name.ts";
 * import { assertEquals } from "@std/assert";
 *
 * assertEquals(groupName("root:x:0:\nadm:x:4:syslog\n", 4), "adm");
 * ```
 */
export function groupName(text: string, gid: number): string | null {
  const fields = text.split("\n").map((line) => line.split(":"));
  return fields.find(([name, , number]) => name && number === String(gid))?.[0] ?? null;
}
