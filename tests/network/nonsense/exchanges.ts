import { Buffer } from "node:buffer";
import { randomBytes } from "node:crypto";
import type { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import type { Socket } from "node:net";

/** The servers that nonsense is sent to. */
export const serviceKinds = ["mortal", "444", "tls", "postgresql", "mosquitto"] as const;
/** The name of a kind of server. */
export type ServiceKind = typeof serviceKinds[number];

/** What clients say to a server of a kind. */
export interface Exchange {
  /** Says something sensible, and rejects where that is not answered as it should be. */
  readonly good: (socket: Socket) => Promise<void>;
  /** What a server of this kind resets the connection on. */
  readonly nonsense: () => Uint8Array;
}

/** How each kind is talked to. */
export const exchanges: Readonly<Record<ServiceKind, Exchange>> = {
  mortal: {
    good: (socket) => ask(socket, "hello\n", (answer) => answer.toString() === "alive\n"),
    nonsense: () => Buffer.from("DIE\n"),
  },
  "444": {
    good: getPage,
    // More than nginx reads before it closes: what it leaves unread makes the kernel reset.
    nonsense: () =>
      Buffer.from(
        `POST /nonsense HTTP/1.1\r\nHost: lb\r\nContent-Length: 16000\r\n\r\n${"x".repeat(16_000)}`,
      ),
  },
  tls: {
    good: (socket) => getPage(connectTls({ socket, rejectUnauthorized: false })),
    // More than OpenSSL reads before it gives up.
    nonsense: () => noise(40_000),
  },
  postgresql: { good: logIn, nonsense: () => noise(16_000) },
  mosquitto: {
    good: (socket) =>
      ask(socket, mqttConnect, (answer) => answer.length >= 4 && answer[0] === 0x20),
    nonsense: () => noise(16_000),
  },
};

/** Bytes that no protocol begins with. */
function noise(length: number): Uint8Array {
  const bytes = randomBytes(length);
  bytes[0] = 0xff;
  return bytes;
}

const mqttConnect = Buffer.from([0x10, 12, 0, 4, ...Buffer.from("MQTT"), 4, 2, 0, 60, 0, 0]);

const page = "GET / HTTP/1.1\r\nHost: lb\r\nConnection: close\r\n\r\n";

function getPage(stream: Duplex): Promise<void> {
  return ask(stream, page, (answer) => /^HTTP\/1\.1 200 OK\r\n[^]*well\n$/.test(answer.toString()));
}

/** The start-up message of PostgreSQL's protocol, for the user whom the server lets in. */
function logIn(socket: Socket): Promise<void> {
  const parameters = Buffer.from("user\0postgres\0database\0postgres\0\0");
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + parameters.length, 0);
  head.writeUInt32BE(3 << 16, 4);
  const ready = Buffer.from([0x5a, 0, 0, 0, 5, 0x49]);
  return ask(socket, Buffer.concat([head, parameters]), (answer) => answer.includes(ready));
}

/** Says something and waits until the answer is what it should be. */
function ask(
  stream: Duplex,
  question: string | Uint8Array,
  isRight: (answer: Buffer) => boolean,
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const parts: Buffer[] = [];
  stream.on("data", (part: Buffer) => {
    parts.push(part);
    if (isRight(Buffer.concat(parts))) resolve();
  });
  stream.on("error", reject);
  stream.on("close", () => reject(new Error(`ended after ${Buffer.concat(parts).length} bytes`)));
  stream.write(question);
  return promise;
}
