import { checkFormat } from "./check_format.ts";
import { fields, optional, repeated } from "./fields.ts";
import { both, type Format, struct } from "./format.ts";
import { byteCount, u16, u32, u32OrUnknown, u64 } from "./integers.ts";
import { ipAddress, mappedAddress } from "./ip_address.ts";
import type { CpuLoad, LoadSource, Pressure, RamLoad, Report, ServiceReport } from "./messages.ts";
import { oneOf } from "./one_of.ts";
import { cores, fraction } from "./quantities.ts";
import { text } from "./text.ts";

const yesOrNo = oneOf([false, true]);
const loadSource: Format<LoadSource> = oneOf(["machine", "cgroup-v1", "cgroup-v2"]);

const service = struct<ServiceReport>({
  port: u16({ min: 1 }),
  listening: oneOf([null, false, true]),
  acceptQueue: u32OrUnknown,
  check: checkFormat,
  name: text({
    pattern: /^[a-z0-9-]{0,15}$/,
    maxLength: 15,
    accepted: "at most 15 of a-z, 0-9 and -",
  }),
});

const cpu = struct<CpuLoad>({ busy: fraction, cores, source: loadSource });
const ram = struct<RamLoad>({ used: fraction, totalBytes: byteCount, source: loadSource });
const pressure = struct<Pressure>({ cpu: fraction, memory: fraction, io: fraction });

/** Printable only: a version is shown in logs and terminals as it is. */
const version = text({
  pattern: /^[\x20-\x7e]{1,31}$/,
  maxLength: 31,
  accepted: "at most 31 printable ASCII characters",
});

/** The part of a report that is always there. */
type Head = Pick<
  Report,
  | "session"
  | "sequence"
  | "sentAt"
  | "heldMicros"
  | "agent"
  | "instance"
  | "announcement"
  | "draining"
  | "leaving"
  | "address"
>;

/** The body of a report: fixed figures, then fields for what may be absent or several. */
export const reportFormat: Format<Report> = both(
  struct<Head>({
    session: u64,
    sequence: u32({ min: 1 }),
    sentAt: u64,
    heldMicros: u32(),
    agent: u64,
    instance: u64,
    announcement: u32(),
    draining: yesOrNo,
    leaving: yesOrNo,
    address: mappedAddress,
  }),
  fields<Omit<Report, keyof Head>>({
    services: repeated(1, service, { atMost: 16 }),
    cpu: optional(2, cpu, null),
    ram: optional(3, ram, null),
    pressure: optional(4, pressure, null),
    establishedTcp: optional(5, u32(), null),
    linkBytesPerSecond: optional(6, byteCount, null),
    advertise: optional(7, ipAddress, null),
    version: optional(8, version, ""),
  }),
);
