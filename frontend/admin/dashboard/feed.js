/**
 * @typedef {import("../observer.ts").Snapshot} Snapshot
 * @typedef {import("../event_log.ts").LoggedEvent} LoggedEvent
 */

/**
 * @typedef {object} FeedOptions
 * @property {(snapshot: Snapshot) => void} onConnect It is connected, again maybe.
 * @property {(snapshot: Snapshot) => void} onState A server has changed its state.
 * @property {(snapshot: Snapshot) => void} onSample A second has passed.
 * @property {(event: LoggedEvent) => void} onHappened
 * @property {() => void} onLoss It is no longer connected, or still not.
 */

/** Samples come every second: without one for so long the connection is lost, in milliseconds. */
const patienceMs = 5_000;

/** How long to wait before the next try to connect, in milliseconds. */
const retryMs = 500;

/**
 * Follows the front end, also over its restarts. The browser connects again by itself in some cases
 * only: not after an answer that is no stream, and not where nothing arrives any more.
 *
 * @param {FeedOptions} options
 */
export function follow(options) {
  const source = new EventSource("/api/events");
  let isConnected = false;
  let patience = setTimeout(lost, patienceMs);

  /**
   * @param {string} name
   * @param {(data: any) => void} handle
   */
  function on(name, handle) {
    source.addEventListener(name, (message) => {
      clearTimeout(patience);
      patience = setTimeout(lost, patienceMs);
      handle(JSON.parse(message.data));
    });
  }

  function lost() {
    clearTimeout(patience);
    source.close();
    options.onLoss();
    setTimeout(() => follow(options), retryMs);
  }

  source.addEventListener("error", lost);
  on("state", (/** @type {Snapshot} */ snapshot) => {
    if (isConnected) return options.onState(snapshot);
    isConnected = true;
    options.onConnect(snapshot);
  });
  on("sample", options.onSample);
  on("happened", options.onHappened);
}
