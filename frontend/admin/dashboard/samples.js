/**
 * @typedef {(number | null)[]} Column
 * @typedef {Record<string, Column>} Columns
 * @typedef {Readonly<Record<string, readonly (number | null)[]>>} GivenColumns
 * @typedef {Readonly<Record<string, number | null>>} Figures
 */

/** How many samples are kept: ten minutes of them. */
const capacity = 600;

/**
 * The samples behind the plots: one column for each figure, all aligned to the same times, in
 * milliseconds of the wall clock. They survive a restart of the front end, which has its own past.
 */
export class Samples {
  /** @type {number[]} */
  times = [];
  /** @type {Columns} */
  overview = {};
  /** @type {Map<string, Columns>} */
  backends = new Map();

  /**
   * Adds one sample, which is later than all others.
   *
   * @param {number} time
   * @param {Figures} overview
   * @param {readonly (readonly [string, Figures])[]} backends By their ids.
   */
  append(time, overview, backends) {
    if (time <= (this.times.at(-1) ?? -Infinity)) return;
    const before = this.times.length;
    this.times.push(time);
    push(this.overview, overview, before);
    const figures = new Map(backends);
    for (const id of figures.keys()) if (!this.backends.has(id)) this.backends.set(id, {});
    for (const [id, columns] of this.backends) push(columns, figures.get(id) ?? {}, before);
    if (this.times.length > capacity) this.#dropOldest(this.times.length - capacity);
    this.#forgetTheGone();
  }

  /** @param {number} excess */
  #dropOldest(excess) {
    this.times.splice(0, excess);
    for (const columns of [this.overview, ...this.backends.values()]) {
      for (const column of Object.values(columns)) column.splice(0, excess);
    }
  }

  #forgetTheGone() {
    for (const [id, columns] of this.backends) {
      const isEmpty = Object.values(columns).every((column) => column.every((one) => one === null));
      if (isEmpty && this.times.length === capacity) this.backends.delete(id);
    }
  }

  /**
   * Takes in samples that were taken elsewhere; where both know a figure, theirs counts.
   *
   * @param {readonly number[]} times
   * @param {GivenColumns} overview
   * @param {Readonly<Record<string, GivenColumns>>} backends
   */
  merge(times, overview, backends) {
    const all = [...new Set([...this.times, ...times])].sort((one, other) => one - other)
      .slice(-capacity);
    const own = places(this.times, all);
    const theirs = places(times, all);
    this.overview = merged(this.overview, overview, { own, theirs, length: all.length });
    for (const id of new Set([...this.backends.keys(), ...Object.keys(backends)])) {
      const [mine, given] = [this.backends.get(id) ?? {}, backends[id] ?? {}];
      this.backends.set(id, merged(mine, given, { own, theirs, length: all.length }));
    }
    this.times = all;
  }
}

/**
 * @param {Columns} columns
 * @param {Figures} figures
 * @param {number} before How long the columns are.
 */
function push(columns, figures, before) {
  for (const name of Object.keys(figures)) columns[name] ??= Array(before).fill(null);
  for (const [name, column] of Object.entries(columns)) column.push(figures[name] ?? null);
}

/**
 * Where each of some times stands among all times; -1 where it does not.
 *
 * @param {readonly number[]} times
 * @param {readonly number[]} all
 */
function places(times, all) {
  const index = new Map(all.map((time, place) => [time, place]));
  return times.map((time) => index.get(time) ?? -1);
}

/**
 * @param {GivenColumns} mine
 * @param {GivenColumns} given
 * @param {{ own: number[], theirs: number[], length: number }} layout
 * @returns {Columns}
 */
function merged(mine, given, { own, theirs, length }) {
  /** @type {Columns} */
  const columns = {};
  for (const name of new Set([...Object.keys(mine), ...Object.keys(given)])) {
    /** @type {Column} */
    const column = Array(length).fill(null);
    spread(mine[name] ?? [], own, column);
    spread(given[name] ?? [], theirs, column);
    columns[name] = column;
  }
  return columns;
}

/**
 * @param {readonly (number | null)[]} values
 * @param {readonly number[]} places
 * @param {Column} column
 */
function spread(values, places, column) {
  values.forEach((value, index) => {
    const place = places[index] ?? -1;
    if (place >= 0 && value !== null) column[place] = value;
  });
}
