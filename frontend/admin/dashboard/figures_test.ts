import { assertEquals } from "@std/assert";
import {
  age,
  bandwidth,
  count,
  duration,
  milliseconds,
  percent,
  place,
  rate,
  unknown,
} from "./figures.js";

Deno.test("what is not known is a dash, and 0 is 0", () => {
  for (const show of [age, bandwidth, count, milliseconds, percent, rate]) {
    assertEquals(show(null), unknown);
    assertEquals(show(0).startsWith("0"), true);
  }
});

Deno.test("figures are as long as they need to be", () => {
  assertEquals([rate(4e-19), rate(0.26), rate(9.96), rate(1203.6)], ["0", "0.3", "10", "1,204"]);
  assertEquals([milliseconds(0.004), milliseconds(0.41), milliseconds(12.345)], [
    "0 ms",
    "0.41 ms",
    "12.3 ms",
  ]);
  assertEquals([bandwidth(0.2), bandwidth(999), bandwidth(1000), bandwidth(9_811_200)], [
    "0.2 B/s",
    "999 B/s",
    "1 kB/s",
    "9.81 MB/s",
  ]);
  assertEquals([percent(0.374), percent(1)], ["37%", "100%"]);
});

Deno.test("times are told in the unit that says most", () => {
  assertEquals([age(412), age(60_000), duration(59.9), duration(3_599)], [
    "0.4 s",
    "1 min",
    "59 s",
    "59 min",
  ]);
  assertEquals([duration(3_660), duration(86_400 * 3)], ["1 h 1 min", "3 days"]);
});

Deno.test("an IPv6 address is in brackets", () => {
  assertEquals(place({ address: "fd00::1", port: 80 }), "[fd00::1]:80");
  assertEquals(place({ address: "10.0.0.11", port: 80 }), "10.0.0.11:80");
});
