import { element } from "./elements.js";

/**
 * @typedef {import("../observer.ts").Snapshot} Snapshot
 * @typedef {{ readonly level: "warn" | "error", readonly text: string }} Notice
 */

/**
 * What someone should know before reading on.
 *
 * @param {Snapshot | null} snapshot
 * @param {boolean} isConnected
 * @returns {Notice[]}
 */
export function noticesOf(snapshot, isConnected) {
  /** @type {Notice[]} */
  const notices = [];
  if (!isConnected) {
    notices.push({
      level: "error",
      text: "The connection to the front end is lost: what is shown may be out of date. " +
        "Trying again.",
    });
  }
  if (snapshot === null) return notices;
  const { authenticated, backends, duplicates, interfaces, connections } = snapshot;
  const { sharedAddresses } = snapshot;
  if (backends.length > 0 && !backends.some(({ state }) => state === "up")) {
    notices.push({ level: "error", text: noneUp(connections.waiting) });
  }
  if (interfaces.length === 0) {
    notices.push({
      level: "error",
      text: "No usable network interface: servers are not probed.",
    });
  }
  if (sharedAddresses.length > 0) {
    notices.push({
      level: "error",
      text: `Another program may take the servers' answers at ${sharedAddresses.join(", ")}: ` +
        "lb-frontend doctor names it.",
    });
  }
  if (!authenticated) {
    notices.push({
      level: "warn",
      text: "Messages are not authenticated: without LB_KEY, anyone on the network can offer a " +
        "server. lb-frontend keygen prints a key to set on every machine.",
    });
  }
  if (duplicates.length > 0) {
    notices.push({
      level: "warn",
      text: `Machines with the same identity: ${duplicates.join(", ")}. They seem to be clones; ` +
        "give each its own /etc/machine-id.",
    });
  }
  return notices;
}

/** @param {number} waiting */
function noneUp(waiting) {
  if (waiting === 0) return "No server is up.";
  return `No server is up; ${waiting === 1 ? "1 client waits" : `${waiting} clients wait`}.`;
}

/**
 * Shows notices; those that are there already stay as they are.
 *
 * @param {HTMLElement} target
 * @param {readonly Notice[]} notices
 */
export function showNotices(target, notices) {
  const shown = [...target.children].map(({ textContent }) => textContent);
  if (JSON.stringify(shown) === JSON.stringify(notices.map(({ text }) => text))) return;
  target.replaceChildren(
    ...notices.map(({ level, text }) => element("p", { class: `notice notice-${level}` }, text)),
  );
}
