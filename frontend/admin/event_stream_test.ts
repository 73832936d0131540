import { assertEquals, assertRejects } from "@std/assert";
import { encodeEvent, EventStream } from "./event_stream.ts";

const hello = encodeEvent("state", "hello");

/** A subscriber, which must find room. */
function join(stream: EventStream): ReadableStreamDefaultReader<Uint8Array> {
  const subscriber = stream.subscribe(hello);
  if (subscriber === null) throw new Error("there is no room");
  return subscriber.getReader();
}

async function next(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<string | null> {
  const { done, value } = await reader.read();
  return done ? null : new TextDecoder().decode(value);
}

Deno.test("a subscriber is greeted, and told what is sent thereafter", async () => {
  const stream = new EventStream();
  stream.send("sample", 0);
  const reader = join(stream);
  stream.send("sample", { up: 3 });
  assertEquals(await next(reader), 'event: state\ndata: "hello"\n\n');
  assertEquals(await next(reader), 'event: sample\ndata: {"up":3}\n\n');
});

Deno.test("a text with line breaks stays one message", async () => {
  const reader = join(new EventStream());
  await next(reader);
  const message = new TextDecoder().decode(encodeEvent("happened", "a\n\nevent: forged\r\n"));
  assertEquals(message.split("\n").length, 4);
});

Deno.test("there is room for so many subscribers, and again when one leaves", async () => {
  const stream = new EventStream({ mostSubscribers: 2 });
  const [first] = [join(stream), join(stream)];
  assertEquals(stream.subscribe(hello), null);
  await first.cancel();
  assertEquals(stream.size, 1);
  join(stream);
});

Deno.test("who does not read is cut off, and the others are not", async () => {
  const stream = new EventStream({ mostWaiting: 3 });
  const [sleepy, awake] = [join(stream), join(stream)];
  await next(awake);
  for (const count of [1, 2, 3, 4]) {
    stream.send("sample", count);
    assertEquals(await next(awake), `event: sample\ndata: ${count}\n\n`);
  }
  assertEquals(stream.size, 1);
  await assertRejects(() => next(sleepy), Error, "too slowly");
});

Deno.test("closing ends what is open, after what was sent before, and takes no more", async () => {
  const stream = new EventStream();
  const reader = join(stream);
  stream.close();
  assertEquals(await next(reader), 'event: state\ndata: "hello"\n\n');
  assertEquals(await next(reader), null);
  assertEquals(stream.subscribe(hello), null);
  stream.send("sample", 1);
});
