/**
 * Who uses which address: counts without looking at everyone.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { AddressIndex } from "./address_index.ts";
 *
 * const index = new AddressIndex<string>();
 * index.add("10.0.0.11", "one");
 * index.add("10.0.0.11", "two");
 * index.delete("10.0.0.11", "one");
 * assertEquals([index.count("10.0.0.11"), index.count("10.0.0.12")], [1, 0]);
 * ```
 */
export class AddressIndex<User> {
  readonly #users = new Map<string, Set<User>>();

  /** How many addresses are in use. */
  get addresses(): number {
    return this.#users.size;
  }

  /** How many use an address. */
  count(address: string): number {
    return this.#users.get(address)?.size ?? 0;
  }

  /** Takes note that an address is used by someone. */
  add(address: string, user: User): void {
    const users = this.#users.get(address);
    if (users === undefined) this.#users.set(address, new Set([user]));
    else users.add(user);
  }

  /** Takes note that an address is not used by someone any more. */
  delete(address: string, user: User): void {
    const users = this.#users.get(address);
    if (users?.delete(user) && users.size === 0) this.#users.delete(address);
  }
}
