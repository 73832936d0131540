import { parseLinkSpeed, type ReadText } from "deno-systeminfo-free";
import type { CheckOutcome } from "../lib/protocol/check_outcome.ts";
import type { ServiceReport } from "../lib/protocol/messages.ts";
import {
  type InterfaceAddress,
  interfaceTowards,
  isLoopback,
  type UsableInterface,
} from "../lib/net/interfaces.ts";
import type { LoadSample } from "./load_sampler.ts";
import type { Figures } from "./responder.ts";
import type { ListeningReport } from "./service_check.ts";

/** Where the figures of a report come from. */
export interface FigureSources {
  /** `LB_ADVERTISE`. */
  readonly advertise: string | null;
  /** CPU, memory and the like; `nowMs` is monotonic. */
  readonly sampleLoad: (nowMs: number) => LoadSample;
  /** The services as clients find them at an address; null: at any address of this machine. */
  readonly checkServices: (reachableAt: string | null) => ListeningReport[];
  /** How the check of the service on a port comes out; null where there is none. */
  readonly checkOf: (port: number) => CheckOutcome | null;
  /** The machine's addresses; asked for at every call. */
  readonly listInterfaces: () => readonly InterfaceAddress[];
  /** The own address that datagrams to an address leave from; null where there is no route. */
  readonly sourceTowards: (address: string) => string | null;
  readonly readText: ReadText;
}

/** How long a link's speed is taken to last: some drivers are slow to tell it. */
const LINK_SPEED_LASTS_MS = 10_000;

/** How long an answer about the services is given again: several front ends may ask at once. */
const SERVICES_LAST_MS = 100;

/** Gathers what a report says of the machine. */
export class FigureReader {
  readonly #sources: FigureSources;
  readonly #services = new Map<string | null, { readAt: number; services: ListeningReport[] }>();
  readonly #linkSpeeds = new Map<
    string,
    { readonly readAt: number; readonly speed: number | null }
  >();

  constructor(sources: FigureSources) {
    this.#sources = sources;
  }

  /**
   * The figures as they are for a monitor.
   *
   * @param monitor Its IP address; null: for nobody in particular.
   * @param nowMs Monotonic milliseconds.
   */
  read(monitor: string | null, nowMs: number): Figures {
    const interfaces = this.#sources.listInterfaces();
    return {
      ...this.#sources.sampleLoad(nowMs),
      services: this.#servicesAt(this.#reachableAt(interfaces, monitor), nowMs),
      linkBytesPerSecond: this.#linkSpeedTowards(interfaces, monitor, nowMs),
    };
  }

  #servicesAt(reachableAt: string | null, nowMs: number): ServiceReport[] {
    const { checkOf } = this.#sources;
    return this.#listeningAt(reachableAt, nowMs)
      .map((service) => ({ ...service, check: checkOf(service.port) }));
  }

  #listeningAt(reachableAt: string | null, nowMs: number): ListeningReport[] {
    const known = this.#services.get(reachableAt);
    if (known !== undefined && nowMs - known.readAt < SERVICES_LAST_MS) return known.services;
    const services = this.#sources.checkServices(reachableAt);
    this.#services.set(reachableAt, { readAt: nowMs, services });
    return services;
  }

  /**
   * The address of this machine to which clients will connect; null where it cannot be told.
   *
   * @param monitor The IP address of the monitor; null: of nobody in particular.
   */
  reachableAt(monitor: string | null): string | null {
    return this.#reachableAt(this.#sources.listInterfaces(), monitor);
  }

  #reachableAt(interfaces: readonly InterfaceAddress[], monitor: string | null): string | null {
    const { advertise } = this.#sources;
    const isOurs = interfaces.some(({ address }) => address === advertise);
    // An advertised address of another machine is translated on its way: to which one is not known.
    if (advertise !== null) return isOurs ? advertise : null;
    return monitor === null ? null : this.#sources.sourceTowards(monitor);
  }

  /** Null where the way to the monitor leads through a router, or leaves no interface. */
  #linkSpeedTowards(
    interfaces: readonly InterfaceAddress[],
    monitor: string | null,
    nowMs: number,
  ): number | null {
    const link = towards(interfaces, monitor);
    if (link === null || link.address === monitor || isLoopback(link.address)) return null;
    const known = this.#linkSpeeds.get(link.name);
    if (known !== undefined && nowMs - known.readAt < LINK_SPEED_LASTS_MS) return known.speed;
    const text = this.#sources.readText(`/sys/class/net/${link.name}/speed`);
    const speed = text === null ? null : parseLinkSpeed(text);
    this.#linkSpeeds.set(link.name, { readAt: nowMs, speed });
    return speed;
  }
}

function towards(all: readonly InterfaceAddress[], monitor: string | null): UsableInterface | null {
  return monitor === null ? null : interfaceTowards(all, monitor);
}
