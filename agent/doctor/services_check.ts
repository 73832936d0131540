import type { TcpListener } from "deno-systeminfo-free";
import { failure, type Finding, ok, unknown, warning } from "../../lib/diagnosis/finding.ts";
import type { ServiceSetting } from "../../lib/config/settings.ts";
import { isLoopback } from "../../lib/net/interfaces.ts";

/** More connections than this waiting to be accepted are a sign that a service does not keep up. */
const manyWaiting = 64;

/**
 * Whether the advertised services listen where clients can reach them, without connecting to them.
 *
 * @param listeners All that listen on the machine; null where that cannot be read.
 */
export function checkServices(
  services: readonly ServiceSetting[],
  listeners: readonly TcpListener[] | null,
): Finding[] {
  return services.map((service) => checkService(service, listeners));
}

function checkService(
  { name, port }: ServiceSetting,
  listeners: readonly TcpListener[] | null,
): Finding {
  const check = name === "" ? `service on port ${port}` : `service ${name} on port ${port}`;
  if (listeners === null) {
    return unknown(check, "/proc/net/tcp cannot be read", "run this as root");
  }
  const own = listeners.filter((listener) => listener.port === port);
  const reachable = own.filter(({ address }) => !isLoopback(address));
  if (own.length === 0) {
    return failure(check, "nothing listens there", "start the service, or correct LB_SERVICES");
  }
  if (reachable.length === 0) {
    const places = own.map(({ address }) => address).join(", ");
    return failure(
      check,
      `it listens on ${places} only, which no other machine reaches`,
      "have the service listen on all addresses (in nginx: `listen 80;`)",
    );
  }
  const waiting = reachable.reduce((sum, { acceptQueue }) => sum + acceptQueue, 0);
  if (waiting > manyWaiting) {
    return warning(
      check,
      `it listens, but ${waiting} connections wait to be accepted`,
      "see what keeps the service busy",
    );
  }
  return ok(check, `listens on ${reachable.map(({ address }) => address).join(", ")}`);
}
