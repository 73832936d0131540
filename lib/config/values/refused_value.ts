/**
 * Thrown by the readers of values: the message is the reason in words that follow a colon, without
 * the name of the setting, which a reader does not know. Words that were received are quoted.
 */
export class RefusedValue extends Error {
  /** Tells the error from others in a log. */
  override readonly name = "RefusedValue";
}
