import { checkKinds, type CheckOutcome } from "./check_outcome.ts";
import { cannotEncode, type Format } from "./format.ts";
import { mustHold } from "./malformed.ts";

/** The kind that stands for "no check". */
const none = 0;

/** The legal numbers of the kinds that have one. */
const ranges = { http: [100, 599], exit: [1, 255], signal: [1, 64] } as const;

function hasNumber(kind: CheckOutcome["kind"]): kind is keyof typeof ranges {
  return kind in ranges;
}

function isLegal(kind: keyof typeof ranges, number: number): boolean {
  const [least, most] = ranges[kind];
  return Number.isInteger(number) && number >= least && number <= most;
}

/** How the check of a service came out, in 3 bytes: kind and number; null where there is none. */
export const checkFormat: Format<CheckOutcome | null> = {
  maxBytes: 3,
  write(writer, value, name) {
    const number = value !== null && "number" in value ? value.number : 0;
    if (value !== null && hasNumber(value.kind) && !isLegal(value.kind, number)) {
      throw cannotEncode(`${name}.number`, `from ${ranges[value.kind].join(" to ")}`, number);
    }
    writer.unsigned(1, value === null ? none : 1 + checkKinds.indexOf(value.kind));
    writer.unsigned(2, number);
  },
  read(reader) {
    const place = reader.unsigned(1);
    const number = reader.unsigned(2);
    const kind = place === none ? null : checkKinds[place - 1];
    mustHold(kind !== undefined, "a kind of check result that does not exist");
    if (kind !== null && hasNumber(kind)) {
      mustHold(isLegal(kind, number), "a check result with an impossible number");
      return { kind, number };
    }
    mustHold(number === 0, "a check result with a number that it cannot have");
    return kind === null ? null : { kind };
  },
};
