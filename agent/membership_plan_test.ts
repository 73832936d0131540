import { assertEquals } from "@std/assert";
import { type MembershipFacts, planMemberships } from "./membership_plan.ts";
import type { UsableInterface } from "../lib/net/interfaces.ts";

function at(name: string, address: string): UsableInterface {
  return { name, address, netmask: "255.255.255.0" };
}

const eth0 = at("eth0", "10.0.0.11");
const eth1 = at("eth1", "10.0.1.11");

function plan(facts: Partial<MembershipFacts>) {
  return planMemberships({ joined: [], usable: [], isMember: () => true, renew: false, ...facts });
}

Deno.test("Nothing is done while every usable interface is joined", () => {
  assertEquals(plan({ joined: [eth0, eth1], usable: [eth1, eth0] }), {
    lost: [],
    leave: [],
    join: [],
  });
});

Deno.test("A new interface is joined and one that vanished is left", () => {
  assertEquals(plan({ joined: [eth0], usable: [eth1] }), { lost: [], leave: [eth0], join: [eth1] });
});

Deno.test("An interface with a new address is left under the old and joined under the new one", () => {
  const moved = at("eth0", "10.0.0.99");
  assertEquals(plan({ joined: [eth0], usable: [moved] }), {
    lost: [],
    leave: [eth0],
    join: [moved],
  });
});

Deno.test("A membership that the kernel lost is joined anew, the others are left alone", () => {
  assertEquals(
    plan({ joined: [eth0, eth1], usable: [eth0, eth1], isMember: (name) => name !== "eth1" }),
    { lost: [eth1], leave: [eth1], join: [eth1] },
  );
});

Deno.test("A membership on an interface that is not usable any more is left, not called lost", () => {
  assertEquals(plan({ joined: [eth0], isMember: () => false }), {
    lost: [],
    leave: [eth0],
    join: [],
  });
});

Deno.test("Memberships are trusted where the kernel's list cannot be read", () => {
  assertEquals(plan({ joined: [eth0], usable: [eth0], isMember: null }), {
    lost: [],
    leave: [],
    join: [],
  });
});

Deno.test("Renewing leaves and joins every membership", () => {
  assertEquals(
    plan({ joined: [eth0, eth1], usable: [eth0, eth1], renew: true }),
    { lost: [], leave: [eth0, eth1], join: [eth0, eth1] },
  );
});
