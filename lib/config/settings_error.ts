/**
 * Thrown where a setting is not accepted: the message is one line for the person who set it, and the
 * program ends with exit code 2.
 */
export class SettingsError extends Error {
  /** Tells the error from others in a log. */
  override readonly name = "SettingsError";
}
