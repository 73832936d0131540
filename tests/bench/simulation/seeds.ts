/** What the runs of every experiment begin with. */
export const seeds: readonly number[] = [1, 2, 3];
