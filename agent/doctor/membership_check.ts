import { failure, type Finding, ok, unknown } from "../../lib/diagnosis/finding.ts";
import type { UsableInterface } from "../../lib/net/interfaces.ts";

/** What is known of the group's membership. */
export interface MembershipFacts {
  readonly group: string;
  readonly usable: readonly UsableInterface[];
  /** The groups joined per interface, by the kernel's account; null where it cannot be had. */
  readonly groups: ReadonlyMap<string, readonly string[]> | null;
}

/** Whether the machine has joined the group on each interface; to be asked where the agent runs. */
export function checkMembership({ group, usable, groups }: MembershipFacts): Finding[] {
  const check = "membership";
  if (groups === null) {
    return [unknown(check, "/proc/net/igmp cannot be read", "see `ip maddress`")];
  }
  const [joined, absent] = [true, false].map((wanted) =>
    usable.filter(({ name }) => (groups.get(name)?.includes(group) ?? false) === wanted)
      .map(({ name }) => name).join(", ")
  );
  return [
    ...(joined ? [ok(check, `${group} is joined on ${joined}`)] : []),
    ...(absent
      ? [failure(
        check,
        `${group} is not joined on ${absent}, so no probe is heard there`,
        "see the agent's log for the reason: journalctl -u lb-agent",
      )]
      : []),
  ];
}
