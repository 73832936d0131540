import { element } from "./elements.js";

/**
 * @typedef {import("../event_log.ts").LoggedEvent} LoggedEvent
 * @typedef {LoggedEvent & { readonly time: number }} DatedEvent With its time on the wall clock.
 */

/** The most that is shown. */
const most = 200;

const clock = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium" });

/**
 * Puts the time line in place.
 *
 * @param {HTMLElement} target A list.
 * @returns {(events: readonly DatedEvent[]) => void} Adds events that are later than all others.
 */
export function makeTimeLine(target) {
  return (events) => {
    for (const event of events) target.prepend(entry(event));
    while (target.childElementCount > most) target.lastElementChild?.remove();
  };
}

/** @param {DatedEvent} event */
function entry({ time, level, state, message }) {
  const date = new Date(time);
  const shown = element("time", { datetime: date.toISOString() }, clock.format(date));
  const what = element("span", { class: "what" }, message);
  return element("li", { "data-level": level, "data-state": state ?? "" }, shown, what);
}
