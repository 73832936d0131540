import type { Places } from "./places.ts";
import { Turns } from "./turns.ts";

/**
 * Lets a worker's clients in as long as there are places: one that finds none waits at the door until
 * one is free, whichever worker gives it back. Those behind it stay in the kernel's queue, where they
 * cost nothing.
 */
export class Door {
  readonly #places: Places;
  readonly #turns: Turns;
  readonly #countWaiting: (by: 1 | -1) => void;
  #standsOpen = false;

  /**
   * Makes a door before the places that all workers share.
   *
   * @param waiting Counts clients that begin (+1) and cease (−1) to wait there.
   */
  constructor(places: Places, waiting: (by: 1 | -1) => void) {
    this.#places = places;
    this.#countWaiting = (by) => {
      places.countWaiting(by);
      waiting(by);
    };
    const isOpen = () => this.#standsOpen || places.areFree;
    this.#turns = new Turns({ isOpen, vacancies: places });
  }

  /**
   * Takes a place and begins, now or when there is one.
   *
   * @returns undefined where it has begun, else what resolves when it has.
   */
  enter(begin: () => void): Promise<void> | undefined {
    const enter = () => {
      if (!this.#take()) return false;
      begin();
      return true;
    };
    if (this.#turns.length === 0 && enter()) return undefined;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#countWaiting(1);
    this.#turns.wait(() => {
      if (!enter()) return false;
      this.#countWaiting(-1);
      resolve();
      return true;
    });
    return promise;
  }

  /**
   * Lets in all who wait, and who come from now on, whether there are places or not: nobody else would
   * serve them any more.
   */
  open(): void {
    this.#standsOpen = true;
    this.#turns.look();
    // Whoever called them before has nobody to wait for any more.
    this.#places.announceVacancy();
  }

  #take(): boolean {
    if (this.#places.tryTake()) return true;
    if (!this.#standsOpen) return false;
    this.#places.takeBeyondLimit();
    return true;
  }
}
