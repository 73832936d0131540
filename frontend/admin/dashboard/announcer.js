import { setText } from "./elements.js";

/** Announcements are at least this far apart, in milliseconds. */
const pauseMs = 3_000;

/** The most that is read out at once. */
const atOnce = 3;

/**
 * Tells those who listen rather than look, but only what changes the state of a server.
 *
 * @param {HTMLElement} target A live region.
 * @returns {(message: string) => void}
 */
export function makeAnnouncer(target) {
  /** @type {string[]} */
  let waiting = [];
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;

  function speak() {
    timer = undefined;
    const more = waiting.length - atOnce;
    const rest = more > 0 ? [`and ${more} more changes`] : [];
    setText(target, [...waiting.slice(0, atOnce), ...rest].join(". "));
    waiting = [];
  }

  return (message) => {
    waiting.push(message);
    timer ??= setTimeout(speak, pauseMs);
  };
}
