/** How many may listen, and how far one may fall behind. */
export interface EventStreamOptions {
  readonly mostSubscribers?: number;
  /** Messages that may wait for one who reads slowly. */
  readonly mostWaiting?: number;
}

const encoder = new TextEncoder();

/**
 * Server-sent events (HTML Living Standard, section 9.2) to a bounded number of subscribers.
 *
 * A message is encoded once for all. Nothing queues without bound: whoever has not taken the last
 * few messages is cut off, and begins anew when it reconnects.
 */
export class EventStream {
  readonly #mostSubscribers: number;
  readonly #mostWaiting: number;
  readonly #subscribers = new Set<ReadableStreamDefaultController<Uint8Array>>();
  #isClosed = false;

  /** Makes a stream without subscribers. */
  constructor({ mostSubscribers = 32, mostWaiting = 8 }: EventStreamOptions = {}) {
    this.#mostSubscribers = mostSubscribers;
    this.#mostWaiting = mostWaiting;
  }

  /** How many listen. */
  get size(): number {
    return this.#subscribers.size;
  }

  /**
   * Adds a subscriber.
   *
   * @param greeting What it is to be told first, made by {@linkcode encodeEvent}.
   * @returns what to send it, or null where there is no room for one more.
   */
  subscribe(greeting: Uint8Array): ReadableStream<Uint8Array> | null {
    if (this.#isClosed || this.size >= this.#mostSubscribers) return null;
    let own: ReadableStreamDefaultController<Uint8Array> | undefined;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        own = controller;
        controller.enqueue(greeting);
        this.#subscribers.add(controller);
      },
      cancel: () => void (own && this.#subscribers.delete(own)),
    }, new CountQueuingStrategy({ highWaterMark: this.#mostWaiting }));
  }

  /** Tells all subscribers. */
  send(name: string, data: unknown): void {
    if (this.size === 0) return;
    const message = encodeEvent(name, data);
    for (const subscriber of this.#subscribers) {
      if ((subscriber.desiredSize ?? 0) > 0) subscriber.enqueue(message);
      else this.#cutOff(subscriber);
    }
  }

  #cutOff(subscriber: ReadableStreamDefaultController<Uint8Array>): void {
    this.#subscribers.delete(subscriber);
    // What waits for it is thrown away with it.
    subscriber.error(new Error("the subscriber reads too slowly"));
  }

  /** Ends the streams of all subscribers, and takes no more. */
  close(): void {
    this.#isClosed = true;
    for (const subscriber of this.#subscribers) subscriber.close();
    this.#subscribers.clear();
  }
}

/**
 * One message in the format `text/event-stream`. JSON has no line breaks, so that one line holds it.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { encodeEvent } from "./event_stream.ts";
 *
 * const text = new TextDecoder().decode(encodeEvent("state", { up: 3 }));
 * assertEquals(text, 'event: state\ndata: {"up":3}\n\n');
 * ```
 */
export function encodeEvent(name: string, data: unknown): Uint8Array {
  return encoder.encode(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`);
}
