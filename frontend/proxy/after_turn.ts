/**
 * Makes what does something after the thread has dealt with all that is ready, so that it finds nothing
 * late that is only unread. Asked for again before that, it does it once.
 *
 * @param turn Resolves when the thread has dealt with all that is ready now; an engine's `turn`.
 */
export function afterTurn(turn: () => Promise<void>, something: () => void): () => void {
  let isDue = false;
  return () => {
    if (isDue) return;
    isDue = true;
    void turn().then(() => {
      isDue = false;
      something();
    });
  };
}
