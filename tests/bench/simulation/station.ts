import type { Timeline } from "./timeline.ts";

/** A piece of work under way. */
interface Job {
  /** How much work it is. */
  readonly work: number;
  /** The station's progress at which it will be done. */
  doneAt: number;
  readonly done: () => void;
}

/** How a station works. */
export interface StationOptions {
  /** How many jobs can progress at full speed at once. */
  readonly cores: number;
  /** How many jobs are worked on at once; the others wait. Infinity shares the cores among all. */
  readonly workers: number;
}

/**
 * Where work waits and is done: the processor of a server, or a link.
 *
 * As many jobs as there are workers are under way and share the cores evenly (processor sharing); the
 * others wait in the order in which they came. With as many workers as cores that is a queue served
 * first come, first served, as in an event-loop server that computes; with no limit to the workers it
 * is a server with a thread for every connection, or a link that many transfers share.
 *
 * All jobs under way progress at the same speed. So the station keeps one progress for all, and a job
 * is done when that has grown by its work.
 */
export class Station {
  readonly #timeline: Timeline;
  readonly #cores: number;
  readonly #workers: number;
  /** Sorted by when they will be done, the last one first. */
  readonly #running: Job[] = [];
  readonly #waiting: Job[] = [];
  #speed = 1;
  #progress = 0;
  #updatedAt = 0;
  #busyMs = 0;
  /** Tells the next completion from those that were planned before something changed. */
  #plan = 0;

  /** Makes an idle station. */
  constructor(timeline: Timeline, { cores, workers }: StationOptions) {
    this.#timeline = timeline;
    this.#cores = cores;
    this.#workers = workers;
  }

  /** How many jobs are here. */
  get length(): number {
    return this.#running.length + this.#waiting.length;
  }

  /** How many of them are not worked on yet. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** For how many milliseconds, in all, the cores were busy: two of four, half the time. */
  get busyMs(): number {
    this.#update();
    return this.#busyMs;
  }

  /** Changes how much work a core does per millisecond; 0 is a standstill. */
  set speed(speed: number) {
    if (speed === this.#speed) return;
    this.#update();
    this.#speed = speed;
    this.#planNext();
  }

  /** Brings work; `done` is called when it is done. */
  bring(work: number, done: () => void): void {
    this.#update();
    const job = { work, doneAt: 0, done };
    if (this.#running.length < this.#workers) this.#start(job);
    else this.#waiting.push(job);
    this.#planNext();
  }

  /** Loses all work. */
  clear(): void {
    this.#update();
    this.#running.length = this.#waiting.length = 0;
    this.#planNext();
  }

  /** In how many milliseconds further work would be done if no more came after it. */
  timeFor(work: number): number {
    this.#update();
    const left = this.#running.map(({ doneAt }) => doneAt - this.#progress).reverse();
    const queue = [...this.#waiting.map((job) => job.work), work];
    return timeUntilLast(left, queue, this.#cores, this.#workers) / this.#speed;
  }

  #rate(): number {
    return this.#speed * Math.min(1, this.#cores / this.#running.length);
  }

  #update(): void {
    const elapsed = this.#timeline.now - this.#updatedAt;
    this.#updatedAt = this.#timeline.now;
    if (this.#running.length === 0 || elapsed === 0) return;
    this.#progress += elapsed * this.#rate();
    this.#busyMs += elapsed * Math.min(1, this.#running.length / this.#cores);
  }

  #start(job: Job): void {
    const running = this.#running;
    job.doneAt = this.#progress + job.work;
    let low = 0;
    let high = running.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((running[middle]?.doneAt ?? 0) > job.doneAt) low = middle + 1;
      else high = middle;
    }
    running.splice(low, 0, job);
  }

  #planNext(): void {
    const plan = ++this.#plan;
    const next = this.#running.at(-1);
    if (next === undefined || this.#speed === 0) return;
    this.#timeline.after((next.doneAt - this.#progress) / this.#rate(), () => {
      if (plan === this.#plan) this.#finish();
    });
  }

  #finish(): void {
    this.#update();
    const job = this.#running.pop();
    if (job === undefined) return;
    // What adding up many small times has lost in precision.
    this.#progress = job.doneAt;
    const next = this.#waiting.shift();
    if (next !== undefined) this.#start(next);
    this.#planNext();
    job.done();
  }
}

/**
 * When the last of a queue is done, at a speed of 1.
 *
 * @param left What is left of the jobs under way, the shortest first.
 */
function timeUntilLast(
  left: readonly number[],
  queue: readonly number[],
  cores: number,
  workers: number,
): number {
  const last = queue.length - 1;
  const running = left.map((work) => ({ work, isLast: false }));
  let next = 0;
  let time = 0;
  for (;;) {
    while (running.length < workers && next <= last) {
      const job = { work: queue[next] ?? 0, isLast: next === last };
      const place = running.findIndex(({ work }) => work > job.work);
      running.splice(place < 0 ? running.length : place, 0, job);
      next++;
    }
    const first = running.shift();
    if (first === undefined) return time;
    time += first.work / Math.min(1, cores / (running.length + 1));
    if (first.isLast) return time;
    for (const job of running) job.work -= first.work;
  }
}
