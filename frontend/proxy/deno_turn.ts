/** The two ends of a connection. */
interface Ends {
  readonly near: Deno.TcpConn;
  readonly far: Deno.TcpConn;
}

/**
 * A thread that is very busy puts a read off to its next round, and does not ask the kernel for it
 * then: the second trip leads by the kernel in any case.
 */
const trips = 2;

/**
 * A turn of Deno's event loop, taken at its word: whatever was ready when it began has been dealt with.
 *
 * A timer does not tell: Deno deals with some 128 operations between two looks at its timers, while
 * thousands may be ready. They are dealt with in order, so a byte that is sent through a connection of
 * our own to ourselves arrives when those before it have had their turn.
 */
export class DenoTurn {
  #ends: Ends | null = null;
  #turn: Promise<void> | null = null;
  #isClosed = false;
  readonly #said = new Uint8Array(1);
  readonly #heard = new Uint8Array(1);

  /** Resolves after a turn; calls during a turn wait for the same one. */
  over(): Promise<void> {
    return this.#turn ??= this.#take().finally(() => this.#turn = null);
  }

  async #take(): Promise<void> {
    try {
      const ends = this.#ends ??= await connectToSelf();
      for (let trip = 0; trip < trips && !this.#isClosed; trip++) await this.#send(ends);
    } catch {
      // No port or no descriptor is free, or somebody cut the connection: then a timer has to do.
      this.#closeEnds();
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  async #send({ near, far }: Ends): Promise<void> {
    // What is there already when it is asked for would be read at once, past all others.
    const arrived = far.read(this.#heard);
    await near.write(this.#said);
    if (await arrived === null) throw new Error("The connection was ended");
  }

  /** Gives the connection back, after the turn that is under way. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#turn;
    this.#closeEnds();
  }

  #closeEnds(): void {
    for (const end of Object.values(this.#ends ?? {})) end[Symbol.dispose]();
    this.#ends = null;
  }
}

async function connectToSelf(): Promise<Ends> {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const near = await Deno.connect({ hostname: "127.0.0.1", port: listener.addr.port });
  try {
    near.setNoDelay();
    for (;;) {
      const far = await listener.accept();
      // Any user of this machine may connect to the port while it is there.
      if (far.remoteAddr.port === near.localAddr.port) return { near, far };
      far.close();
    }
  } catch (error) {
    near.close();
    throw error;
  }
}
