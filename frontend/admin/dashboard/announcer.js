import { setText } from "./elements.js";

/** Announcements are at least this far apart, in milliseconds. */
const pauseMs = 3_000;

/** The most that is read out at once. */
const atOnce = 3;

/**
 * Tells those who listen rather than look, but only what changes the state of a server, and of
 * several changes of one server only the last.
 *
 * @param {HTMLElement} target A live region.
 * @returns {(subject: string, message: string) => void}
 */
export function makeAnnouncer(target) {
  /** @type {Map<string, string>} */
  const waiting = new Map();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function speak() {
    timer = undefined;
    const more = waiting.size - atOnce;
    const rest = more > 0 ? [`and ${more} more servers have changed`] : [];
    setText(target, [...[...waiting.values()].slice(-atOnce), ...rest].join(". "));
    waiting.clear();
  }

  return (subject, message) => {
    waiting.delete(subject);
    waiting.set(subject, message);
    timer ??= setTimeout(speak, pauseMs);
  };
}
