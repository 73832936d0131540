import type { UsableInterface } from "../lib/net/interfaces.ts";

/** What is known when memberships are looked over. */
export interface MembershipFacts {
  /** Where the group was joined. */
  readonly joined: readonly UsableInterface[];
  /** Where it ought to be. */
  readonly usable: readonly UsableInterface[];
  /**
   * Whether the kernel still holds a membership on the interface of this name; null where it
   * cannot be told.
   */
  readonly isMember: ((name: string) => boolean) | null;
  /** Whether it is time to let the switches hear of every membership again. */
  readonly renew: boolean;
}

/** What is to be done, the leaving first. */
export interface MembershipPlan {
  /** Those, among the ones to leave and to join, that the kernel has lost. */
  readonly lost: readonly UsableInterface[];
  readonly leave: readonly UsableInterface[];
  readonly join: readonly UsableInterface[];
}

/**
 * Works out which memberships to leave and which to join.
 *
 * A membership is given up where its interface is gone or has another address now, and joined anew
 * where the kernel has lost it: deleting a network device takes the membership along, and a device
 * made again under the same name and address does not bring it back.
 *
 * A kernel speaks of a membership to the network only when it is asked for (RFC 3376, section 5.1)
 * or when it changes. Where a switch listens in (IGMP snooping, RFC 4541) and nobody asks, the switch
 * forgets; renewing (to leave and join again) is the way to make the kernel speak.
 */
export function planMemberships(facts: MembershipFacts): MembershipPlan {
  const { joined, usable, isMember, renew } = facts;
  const isLost = ({ name }: UsableInterface) => isMember !== null && !isMember(name);
  const wanted = joined.filter((one) => isIn(usable, one));
  const lost = wanted.filter(isLost);
  const keep = renew ? [] : wanted.filter((one) => !isLost(one));
  return {
    lost,
    leave: joined.filter((one) => !isIn(keep, one)),
    join: usable.filter((one) => !isIn(keep, one)),
  };
}

function isIn(list: readonly UsableInterface[], { name, address }: UsableInterface): boolean {
  return list.some((one) => one.name === name && one.address === address);
}
