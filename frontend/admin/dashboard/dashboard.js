import { makeAnnouncer } from "./announcer.js";
import { byId, setText } from "./elements.js";
import { follow } from "./feed.js";
import { bandwidth, duration, place, rate } from "./figures.js";
import { noticesOf, showNotices } from "./notices.js";
import { makeOverviewPlot } from "./plots.js";
import { Samples } from "./samples.js";
import { ServerTable } from "./server_table.js";
import { makeTimeLine } from "./time_line.js";
import { makeTotals } from "./totals.js";

/**
 * @typedef {import("../observer.ts").Snapshot} Snapshot
 * @typedef {import("../event_log.ts").LoggedEvent} LoggedEvent
 * @typedef {import("./time_line.js").DatedEvent} DatedEvent
 */

/** What the plots show. */
export const samples = new Samples();
/** @type {DatedEvent[]} The latest events; as many as the front end keeps. */
const events = [];
const mostEvents = 500;

const showTotals = makeTotals(byId("totals"));
const showEvents = makeTimeLine(byId("events"));
const announce = makeAnnouncer(byId("announcer"));
const table = new ServerTable(byId("servers"), samples, (ids) => void loadHistory(ids));
const overview = [
  makeOverviewPlot(byId("connections-plot"), {
    title: "Connections per second",
    lines: [{ name: "connectionsPerSecond", label: "new", colour: "first" }],
    format: rate,
    room: 48,
    samples,
    marks: events,
  }),
  makeOverviewPlot(byId("bytes-plot"), {
    title: "Bytes per second",
    lines: [
      { name: "outBps", label: "from servers", colour: "second" },
      { name: "inBps", label: "to servers", colour: "first" },
    ],
    format: bandwidth,
    room: 76,
    samples,
    marks: events,
  }),
];

/** The process that is followed, and what its clock is behind ours, in milliseconds. */
let pid = 0;
let clockOffset = 0;
let lastEvent = 0;
/** @type {Snapshot | null} */
let latest = null;

/** A reload of the front end takes less than this, and is no loss worth telling; milliseconds. */
const lossMs = 2_000;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let loss;

byId("filter").addEventListener("input", ({ target }) => {
  table.filter = /** @type {HTMLInputElement} */ (target).value;
  requestAnimationFrame(draw);
});

follow({
  onConnect(snapshot) {
    if (snapshot.pid !== pid) {
      pid = snapshot.pid;
      clockOffset = Date.now() - snapshot.now;
      lastEvent = 0;
    }
    clearTimeout(loss);
    loss = undefined;
    showConnection("live");
    show(snapshot);
    // Without ids: the overview and the events; what is in view comes after it.
    loadHistory([""]).then(() => loadHistory(table.visible));
  },
  onState: show,
  onSample(snapshot) {
    const figures = snapshot.backends.map((
      { id, cpu, ram, rttMs, bandwidth, share },
    ) => /** @type {const} */ ([id, { cpu, ram, rttMs, ...bandwidth, share }]));
    samples.append(snapshot.now + clockOffset, { ...snapshot.rates }, figures);
    show(snapshot);
    if (!document.hidden) requestAnimationFrame(draw);
  },
  onHappened: (event) => note([event]),
  onLoss: () => void (loss ??= setTimeout(showLoss, lossMs)),
});

function showLoss() {
  showConnection("lost");
  showNotices(byId("notices"), noticesOf(latest, false));
}

/** @param {Snapshot} snapshot */
function show(snapshot) {
  announceChanges(snapshot);
  latest = snapshot;
  const { backends, version, policy, uptimeSeconds, pid } = snapshot;
  const up = backends.filter(({ state }) => state === "up").length;
  document.title = `${up} of ${backends.length} up · lb`;
  setText(
    byId("about"),
    `lb-frontend ${version} · policy ${policy} · running for ${duration(uptimeSeconds)}`,
  );
  showNotices(byId("notices"), noticesOf(snapshot, true));
  showTotals(snapshot);
  table.show(backends);
  const hint = byId("no-servers");
  hint.hidden = table.size > 0;
  setText(
    hint,
    backends.length > 0
      ? "No server contains that."
      : "No server has been found yet. Install lb-agent on a machine of this network, or run " +
        "lb-frontend doctor to see what is in the way.",
  );
  byId("about").title = `process ${pid}`;
}

function draw() {
  for (const drawOverview of overview) drawOverview();
  table.draw();
}

/** @param {"live" | "lost"} connection */
function showConnection(connection) {
  byId("connection").dataset["connection"] = connection;
  setText(byId("connection"), connection);
  document.documentElement.dataset["connection"] = connection;
}

/** @param {Snapshot} snapshot */
function announceChanges({ backends }) {
  if (latest === null) return;
  const before = new Map(latest.backends.map(({ id, state }) => [id, state]));
  for (const backend of backends) {
    const { id, state, reason } = backend;
    if (before.get(id) !== state) announce(id, `${place(backend)} is ${state}: ${reason}`);
  }
}

/**
 * Takes in what was before: the front end as a whole and the given servers.
 *
 * @param {readonly string[]} ids
 */
async function loadHistory(ids) {
  if (ids.length === 0) return;
  const query = new URLSearchParams(ids.map((id) => ["backend", id]));
  const [offset, from] = [clockOffset, pid];
  try {
    const answer = await fetch(`/api/history?${query}`);
    if (!answer.ok) return;
    const past = await answer.json();
    // A front end that was restarted meanwhile counts its time anew.
    if (from !== pid) return;
    const times = past.at.map((/** @type {number} */ at) => at + offset);
    samples.merge(times, past.overview, past.backends);
    note(past.events);
    requestAnimationFrame(draw);
  } catch {
    // The feed notices as well that the front end is gone, says so and connects anew.
  }
}

/** @param {readonly LoggedEvent[]} news In the order of their numbers; some may be known. */
function note(news) {
  const fresh = news.filter(({ number }) => number > lastEvent)
    .map((event) => ({ ...event, time: event.at + clockOffset }));
  lastEvent = fresh.at(-1)?.number ?? lastEvent;
  events.push(...fresh);
  events.splice(0, events.length - mostEvents);
  showEvents(fresh);
}
