import type { ServiceReport } from "../lib/protocol/messages.ts";

/** How people call a service: its port, with its name if it has one. */
export function serviceLabel({ name, port }: { name: string; port: number }): string {
  return name === "" ? `port ${port}` : `${name} (port ${port})`;
}

/** A change worth a line in the log. */
export interface ServiceChange {
  readonly label: string;
  readonly listening: boolean | null;
}

/**
 * The services that began or ceased to listen between two looks.
 *
 * @param before Null before the first look, which then reports every service.
 */
export function serviceChanges(
  before: readonly ServiceReport[] | null,
  now: readonly ServiceReport[],
): ServiceChange[] {
  return now
    .filter((service) => {
      const same = before?.find(({ port }) => port === service.port);
      return same === undefined || same.listening !== service.listening;
    })
    .map((service) => ({ label: serviceLabel(service), listening: service.listening }));
}
