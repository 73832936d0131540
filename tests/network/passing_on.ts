/**
 * A machine without the key that passes messages on: it hears the group's probes, hands them to agents
 * from addresses of its own, and hands their signed answers to the front end, as if they were its own.
 *
 * Arguments: the front end's address, its own addresses (the first one is in the front end's network)
 * joined by commas, and the addresses of agents. On SIGTERM it prints, as JSON, how many probes it
 * passed on and how many answers.
 *
 * @module
 */
const [frontend = "", ownList = "", ...agents] = Deno.args;
const own = ownList.split(",");
const [group, port] = ["239.8.8.8", 8888];
/** Where a message's type stands, and the type of a report (SPECIFICATION.md, "Envelope"). */
const [typeOffset, report] = [5, 2];

const counts = { probes: 0, answers: 0 };
const sockets = own.map((hostname) =>
  Deno.listenDatagram({ transport: "udp", hostname, port, reuseAddress: true })
);
const ear = Deno.listenDatagram({ transport: "udp", hostname: group, port, reuseAddress: true });
await ear.joinMulticastV4(group, own[0] ?? "");

async function passProbesOn(): Promise<void> {
  for await (const [datagram, from] of ear) {
    if ((from as Deno.NetAddr).hostname !== frontend) continue;
    for (const hostname of agents) {
      for (const socket of sockets) {
        counts.probes++;
        await socket.send(datagram, { transport: "udp", hostname, port }).catch(() => {});
      }
    }
  }
}

async function passAnswersOn(socket: Deno.DatagramConn): Promise<void> {
  for await (const [datagram] of socket) {
    if (datagram[typeOffset] !== report) continue;
    counts.answers++;
    await sockets[0]?.send(datagram, { transport: "udp", hostname: frontend, port });
  }
}

Deno.addSignalListener("SIGTERM", () => {
  Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify(counts)));
  Deno.exit(0);
});

passProbesOn();
for (const socket of sockets) passAnswersOn(socket);
