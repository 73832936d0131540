import { element, setText } from "./elements.js";
import { age, bandwidth, count, milliseconds, percent, place } from "./figures.js";
import { makeSparkline } from "./plots.js";
import { serversToShow } from "./server_order.js";

/**
 * @typedef {import("../../table/backend_status.ts").BackendStatus} Server
 * @typedef {import("./samples.js").Samples} Samples
 * @typedef {import("./plots.js").Line} Line
 * @typedef {object} ColumnOfTable
 * @property {string} key What the table is sorted by.
 * @property {string} title
 * @property {(server: Server) => readonly string[]} [texts]
 * @property {readonly Line[]} [lines]
 * @property {number} [top] The highest value that the lines can have.
 */

/** @type {readonly ColumnOfTable[]} */
const columns = [
  { key: "server", title: "Server" },
  { key: "state", title: "State" },
  {
    key: "cpu",
    title: "CPU",
    texts: ({ cpu }) => [percent(cpu)],
    lines: [{ name: "cpu", label: "CPU", colour: "first" }],
    top: 1,
  },
  {
    key: "ram",
    title: "RAM",
    texts: ({ ram }) => [percent(ram)],
    lines: [{ name: "ram", label: "RAM", colour: "first" }],
    top: 1,
  },
  {
    key: "rtt",
    title: "RTT",
    texts: ({ rttMs }) => [milliseconds(rttMs)],
    lines: [{ name: "rttMs", label: "RTT", colour: "first" }],
  },
  {
    key: "bandwidth",
    title: "In / out",
    texts: ({ bandwidth: { inBps, outBps } }) => [bandwidth(inBps), bandwidth(outBps)],
    lines: [
      { name: "outBps", label: "out", colour: "second" },
      { name: "inBps", label: "in", colour: "first" },
    ],
  },
  {
    key: "share",
    title: "Share",
    texts: ({ share }) => [percent(share)],
    lines: [{ name: "share", label: "share", colour: "first" }],
    top: 1,
  },
  {
    key: "connections",
    title: "Connections",
    texts: ({ activeConnections, totalConnections, failedConnections }) => [
      count(activeConnections),
      `${count(totalConnections)} in all`,
      ...(failedConnections > 0 ? [`${count(failedConnections)} failed`] : []),
    ],
  },
  { key: "age", title: "Age", texts: ({ ageMs }) => [age(ageMs)] },
];

/**
 * The table of servers: one row each, with a small plot under every figure. Only where a row can be
 * seen do its figures and plots follow the front end, so that hundreds of servers cost little more
 * than a few.
 */
export class ServerTable {
  #body = element("tbody", { role: "rowgroup" });
  /** @type {Map<string, ServerRow>} */
  #rows = new Map();
  /** @type {Map<Element, ServerRow>} */
  #byElement = new Map();
  /** @type {Map<string, HTMLElement>} */
  #heads = new Map();
  #order = { by: "", descending: false };
  #filter = "";
  /** @type {readonly Server[]} */
  #servers = [];
  #samples;
  #onVisible;
  #watch = new IntersectionObserver((entries) => this.#noteVisible(entries), {
    rootMargin: "100px",
  });

  /**
   * @param {HTMLElement} target A table.
   * @param {Samples} samples
   * @param {(ids: string[]) => void} onVisible Told of servers that come into view.
   */
  constructor(target, samples, onVisible) {
    this.#samples = samples;
    this.#onVisible = onVisible;
    const heads = columns.map((column) => this.#head(column));
    const row = element("tr", { role: "row" }, ...heads);
    target.append(element("thead", { role: "rowgroup" }, row), this.#body);
  }

  /** The ids of the servers that can be seen. */
  get visible() {
    return [...this.#rows].filter(([, row]) => row.isVisible).map(([id]) => id);
  }

  /** @param {string} filter */
  set filter(filter) {
    this.#filter = filter;
    this.show(this.#servers);
  }

  /** How many rows there are at present. */
  get size() {
    return this.#body.childElementCount;
  }

  /** @param {readonly Server[]} servers */
  show(servers) {
    this.#servers = servers;
    this.#forgetAllBut(new Set(servers.map(({ id }) => id)));
    const shown = serversToShow(servers, { order: this.#order, filter: this.#filter });
    const rows = shown.map((server) => this.#row(server));
    rows.forEach(({ root }, index) => {
      const present = this.#body.children[index] ?? null;
      if (present !== root) this.#body.insertBefore(root, present);
    });
    while (this.#body.childElementCount > rows.length) this.#body.lastElementChild?.remove();
  }

  /** Draws the plots that can be seen. */
  draw() {
    for (const [id, row] of this.#rows) {
      if (row.isVisible) row.draw(this.#samples.backends.get(id) ?? {});
    }
  }

  /** @param {Server} server */
  #row(server) {
    const row = this.#rows.get(server.id) ?? this.#addRow(server.id);
    row.show(server);
    return row;
  }

  /** @param {string} id */
  #addRow(id) {
    const row = new ServerRow(id, this.#samples);
    this.#rows.set(id, row);
    this.#byElement.set(row.root, row);
    this.#watch.observe(row.root);
    return row;
  }

  /** @param {ReadonlySet<string>} ids */
  #forgetAllBut(ids) {
    for (const [id, { root }] of this.#rows) {
      if (ids.has(id)) continue;
      this.#watch.unobserve(root);
      this.#byElement.delete(root);
      this.#rows.delete(id);
    }
  }

  /** @param {readonly IntersectionObserverEntry[]} entries */
  #noteVisible(entries) {
    /** @type {string[]} */
    const appeared = [];
    for (const { target, isIntersecting } of entries) {
      const row = this.#byElement.get(target);
      if (row === undefined) continue;
      if (isIntersecting && !row.isVisible) appeared.push(row.id);
      row.isVisible = isIntersecting;
      row.showFigures();
    }
    if (appeared.length > 0) this.#onVisible(appeared);
  }

  /** @param {ColumnOfTable} column */
  #head({ key, title }) {
    const button = element("button", { type: "button" }, title);
    const head = element("th", { role: "columnheader", scope: "col", class: key }, button);
    button.addEventListener("click", () => this.#sortBy(key));
    this.#heads.set(key, head);
    return head;
  }

  /**
   * First the way that is asked for most, then the other one, then the front end's own order.
   *
   * @param {string} key
   */
  #sortBy(key) {
    const first = key !== "server" && key !== "state";
    const { by, descending } = this.#order;
    if (by !== key) this.#order = { by: key, descending: first };
    else if (descending === first) this.#order = { by: key, descending: !first };
    else this.#order = { by: "", descending: false };
    for (const [name, head] of this.#heads) {
      head.removeAttribute("aria-sort");
      if (name !== this.#order.by) continue;
      head.setAttribute("aria-sort", this.#order.descending ? "descending" : "ascending");
    }
    this.show(this.#servers);
  }
}

/** One server. */
class ServerRow {
  isVisible = false;
  #samples;
  /** @type {Server | null} */
  #latest = null;
  #server = element("strong");
  #service = element("small");
  #state = element("span", { class: "badge" });
  #reason = element("small");
  #why = element("small", { class: "why" });
  /** @type {Map<ColumnOfTable, HTMLElement>} */
  #figures = new Map();
  /** @type {{ host: HTMLElement, column: ColumnOfTable }[]} */
  #hosts = [];
  /** @type {((columns: Record<string, (number | null)[]>) => void)[] | null} */
  #plots = null;

  /**
   * @param {string} id
   * @param {Samples} samples
   */
  constructor(id, samples) {
    this.id = id;
    this.#samples = samples;
    const cells = columns.map((column) => this.#cell(column));
    this.root = element("tr", { role: "row", "data-id": id }, ...cells);
  }

  /** @param {ColumnOfTable} column */
  #cell(column) {
    const { key, title, texts, lines } = column;
    if (key === "server") {
      const attributes = { role: "rowheader", scope: "row", class: key };
      return element("th", attributes, this.#server, this.#service);
    }
    const cell = element("td", { role: "cell", class: key, "data-title": title });
    if (key === "state") cell.append(this.#state, this.#reason, this.#why);
    if (texts !== undefined) {
      const figures = element("span", { class: "figures" });
      this.#figures.set(column, figures);
      cell.append(figures);
    }
    if (lines !== undefined) {
      const host = element("span", { class: "sparkline", "aria-hidden": "true" });
      this.#hosts.push({ host, column });
      cell.append(host);
    }
    return cell;
  }

  /** @param {Server} server */
  show(server) {
    const { service, id, agentVersion, state, reason, why, check } = server;
    setText(this.#server, place(server));
    // Of a check that fails the reason says how.
    const checked = check === null || reason.includes(check) ? "" : `check ${check}`;
    const about = [service, id, agentVersion && `agent ${agentVersion}`, checked];
    setText(this.#service, about.filter((part) => part !== "").join(" · "));
    if (this.root.dataset["state"] !== state) this.root.dataset["state"] = state;
    setText(this.#state, state);
    setText(this.#reason, reason);
    // Of a server that is left out it says the reason over again.
    setText(this.#why, why === null || why.includes(reason) ? "" : why);
    this.#latest = server;
    this.showFigures();
  }

  /** Shows the latest figures, where they can be seen. */
  showFigures() {
    const server = this.#latest;
    if (server === null || !this.isVisible) return;
    for (const [{ texts }, target] of this.#figures) setTexts(target, texts?.(server) ?? []);
  }

  /** @param {Record<string, (number | null)[]>} columns */
  draw(columns) {
    this.#plots ??= this.#hosts.map(({ host, column: { lines = [], top = null } }) =>
      makeSparkline(host, { lines, top, samples: this.#samples })
    );
    for (const draw of this.#plots) draw(columns);
  }
}

/**
 * The first is what counts, the others are small print.
 *
 * @param {HTMLElement} target
 * @param {readonly string[]} texts
 */
function setTexts(target, texts) {
  while (target.childElementCount < texts.length) target.append(element("span"));
  while (target.childElementCount > texts.length) target.lastElementChild?.remove();
  texts.forEach((text, index) => setText(/** @type {Element} */ (target.children[index]), text));
}
