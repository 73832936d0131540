import { assert, assertEquals } from "@std/assert";
import type { FrontendStatus } from "../status.ts";
import { Observer } from "./observer.ts";

function makeObserver() {
  const time = { now: 0 };
  const status = { pid: 7 } as FrontendStatus;
  const nothing = { cpu: null, ram: null, rttMs: null, inBps: null, outBps: null, share: null };
  const observer = new Observer({
    clock: () => time.now,
    status: () => status,
    figures: () => [
      ["0", { ...nothing, cpu: 0.5, inBps: 1, outBps: 10 }],
      ["1", { ...nothing, inBps: 2 }],
    ],
    connectionsPerSecond: () => 12.5,
  });
  return { time, observer };
}

/** A subscriber; gives the names and the data of the messages that come. */
function subscribe(observer: Observer) {
  const stream = observer.subscribe();
  assert(stream !== null);
  const reader = stream.getReader();
  return {
    next: async () => {
      const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)\n\n$/.exec(
        new TextDecoder().decode((await reader.read()).value),
      ) ??
        [];
      return { name, data: JSON.parse(data) };
    },
    end: () => reader.cancel(),
  };
}

Deno.test("a sample is kept, and told as it is kept", async () => {
  const { time, observer } = makeObserver();
  const subscriber = subscribe(observer);
  time.now = 1000.4;
  observer.sample();
  assertEquals((await subscriber.next()).name, "state");
  const { name, data } = await subscriber.next();
  assertEquals([name, data.now, data.pid], ["sample", 1000, 7]);
  assertEquals(data.rates, { connectionsPerSecond: 12.5, inBps: 3, outBps: 10 });
  const { history } = observer;
  assertEquals(history.times(history.range), [1000]);
  assertEquals(history.overview(history.range), {
    connectionsPerSecond: [12.5],
    inBps: [3],
    outBps: [10],
  });
  assertEquals(history.backend("0", history.range)?.cpu, [0.5]);
  await subscriber.end();
});

Deno.test("samples are about a second apart, however often they are asked for", () => {
  const { time, observer } = makeObserver();
  for (time.now = 0; time.now <= 5000; time.now += 250) observer.sample();
  assertEquals(observer.history.range.to, 6);
});

Deno.test("changes of state that come together are told once, and at once", async () => {
  const { observer } = makeObserver();
  const subscriber = subscribe(observer);
  observer.log.note("warn", "one is down", { backend: "0", state: "down" });
  observer.log.note("warn", "two is down", { backend: "1", state: "down" });
  observer.log.note("info", "something else");
  const names: string[] = [];
  for (let count = 0; count < 5; count++) names.push((await subscriber.next()).name);
  assertEquals(names, ["state", "happened", "happened", "happened", "state"]);
  observer.close();
  await subscriber.end();
});

Deno.test("who follows it when it closes is told no more", async () => {
  const { observer } = makeObserver();
  const stream = observer.subscribe();
  observer.log.note("warn", "one is down", { backend: "0", state: "down" });
  observer.close();
  const text = await new Response(stream).text();
  assertEquals(text.match(/^event: /gm)?.length, 2);
  assertEquals(observer.subscribe(), null);
});
