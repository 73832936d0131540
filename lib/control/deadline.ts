/** What `deadline` throws. */
export class DeadlineError extends Error {
  /** Tells the error from others in a log. */
  override readonly name = "DeadlineError";
}

/**
 * Waits for a promise, but not for ever. What it stands for goes on when the time is over: whoever
 * waits has to end it.
 *
 * @param promise What to wait for.
 * @param milliseconds How long.
 * @param message What the error says.
 * @throws {DeadlineError} where the time is over first; else whatever the promise rejects with.
 */
export async function deadline<Value>(
  promise: Promise<Value>,
  milliseconds: number,
  message: string,
): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const end = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DeadlineError(message)), milliseconds);
  });
  try {
    return await Promise.race([promise, end]);
  } finally {
    clearTimeout(timer);
  }
}
