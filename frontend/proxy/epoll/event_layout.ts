/** Where the parts of a `struct epoll_event` stand, in words of 32 bits. */
export interface EventLayout {
  /** Words of one event; its first is the mask. */
  readonly words: number;
  /** Where the eight bytes of the watcher's own begin. */
  readonly data: number;
}

/** Packed on x86-64 only (linux/eventpoll.h, `EPOLL_PACKED`); elsewhere the data is aligned. */
const layouts: Readonly<Partial<Record<string, EventLayout>>> = {
  x86_64: { words: 3, data: 1 },
  aarch64: { words: 4, data: 2 },
};

/**
 * The layout of `struct epoll_event` on a machine.
 *
 * @param arch As `Deno.build.arch` names it.
 * @throws {Error} If the layout is not known.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { eventLayout } from "./event_layout.ts";
 *
 * assertEquals(eventLayout("x86_64"), { words: 3, data: 1 });
 * ```
 */
export function eventLayout(arch: string): EventLayout {
  const layout = layouts[arch];
  if (layout) return layout;
  throw new Error(`epoll's events are known on ${Object.keys(layouts).join(" and ")}, not ${arch}`);
}
