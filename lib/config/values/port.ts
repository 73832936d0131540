import { wholeNumber } from "./whole_number.ts";

/** Reads a TCP or UDP port, 1 to 65,535; throws `RefusedValue`. */
export const readPort: (text: string) => number = wholeNumber(1, 65_535);
