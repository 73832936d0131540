/** ptrace(2): requests that attach without a signal, and stop one thread alone. */
const seize = 0x4206n;
const interrupt = 0x4207n;
const detach = 17n;

/** waitpid(2): do not wait, and threads count as well. */
const noHang = 1;
const anyThread = 0x40000000;

/**
 * One thread of a process, stopped, while its other threads go on: what a signal cannot do. It goes
 * on when it is disposed of.
 */
export class StoppedThread implements Disposable {
  readonly #thread: number;
  readonly #libc = Deno.dlopen("libc.so.6", {
    ptrace: { parameters: ["i64", "i32", "pointer", "pointer"], result: "i64" },
    waitpid: { parameters: ["i32", "pointer", "i32"], result: "i32" },
  });

  /**
   * Stops it.
   *
   * @param thread Its number, as this machine's processes know it.
   * @throws {Error} where that is not allowed, or there is no such thread.
   */
  constructor(thread: number) {
    this.#thread = thread;
    for (const request of [seize, interrupt]) {
      if (this.#libc.symbols.ptrace(request, thread, null, null) === 0n) continue;
      this.#libc.close();
      throw new Error(`Cannot stop a thread: received ${thread}`);
    }
  }

  /** Its end, once it has been killed, is ours to take notice of: until then its process remains. */
  noticeEnd(): void {
    this.#libc.symbols.waitpid(this.#thread, null, noHang | anyThread);
  }

  /** Lets it go on. */
  [Symbol.dispose](): void {
    this.noticeEnd();
    this.#libc.symbols.ptrace(detach, this.#thread, null, null);
    this.#libc.close();
  }
}
