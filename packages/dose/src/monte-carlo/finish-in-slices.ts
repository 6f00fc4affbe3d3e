import { yieldToEventLoop } from "@isodose/core";

/** Longest time without letting events in, ms. */
const SLICE_MS = 40;

/**
 * Run a generator to its end, letting the event loop in between slices of 40 ms, so that an abort arrives at once.
 * @throws CancelledError if the signal is aborted
 */
export async function finishInSlices<T>(
  steps: Generator<undefined, T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  let end = performance.now() + SLICE_MS;
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
    if (performance.now() >= end) {
      await yieldToEventLoop(signal);
      end = performance.now() + SLICE_MS;
    }
  }
}
