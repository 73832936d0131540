import { cannotEncode, type Format } from "./format.ts";
import { MAX_U32, u16, u32 } from "./integers.ts";

/** A part of a whole, 0 to 1, in steps of 1/65,535: neither more than all nor "not a number". */
export const fraction: Format<number> = scaled(u16(), { perUnit: 65_535, min: 0, max: 1 });

/** Cores in steps of a thousandth, at least one step: no machine computes with nothing. */
export const cores: Format<number> = scaled(u32({ min: 1 }), {
  perUnit: 1000,
  min: 0.001,
  max: MAX_U32 / 1000,
});

/** A number that travels as a whole number of steps, to the nearest of which it is rounded. */
function scaled(
  steps: Format<number>,
  { perUnit, min, max }: { perUnit: number; min: number; max: number },
): Format<number> {
  return {
    maxBytes: steps.maxBytes,
    write(writer, value, name) {
      if (!(value >= min && value <= max)) {
        throw cannotEncode(name, `a number from ${min} to ${max}`, value);
      }
      steps.write(writer, Math.round(value * perUnit), name);
    },
    read: (reader) => steps.read(reader) / perUnit,
  };
}
