import { fields } from "./fields.ts";
import { both, type Format, struct } from "./format.ts";
import { u16, u32, u64, u8 } from "./integers.ts";
import { mappedAddress } from "./ip_address.ts";
import type { Origin, Probe } from "./messages.ts";

/** The body of a probe: fixed figures, then fields, of which none is defined yet. */
export const probeFormat: Format<Probe> = both(
  struct<Probe>({
    session: u64,
    sequence: u32({ min: 1 }),
    sentAt: u64,
    answerWindowMs: u16(),
    frontends: u8({ min: 1 }),
    sentFrom: struct<Origin>({ address: mappedAddress, port: u16({ min: 1 }) }),
  }),
  fields({}),
);
