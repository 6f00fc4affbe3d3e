import { CancelledError } from "./errors.ts";

/** Progress of a long step. */
export interface Progress {
  /** The step's name for people, e.g. "dose". */
  readonly stage: string;
  readonly done: number;
  readonly total: number;
}

/** How a caller watches and stops a long run. */
export interface RunControl {
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** @throws CancelledError if the signal has been aborted */
export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new CancelledError();
}

/**
 * Let timers, input and abort events run. A macrotask, not a promise tick: a page repaints and Ctrl-C arrives.
 * @throws CancelledError if the signal has been aborted by then
 */
export async function yieldToEventLoop(signal?: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    const channel = new MessageChannel();
    channel.port1.onmessage = () => {
      channel.port1.close();
      resolve();
    };
    channel.port2.postMessage(null);
  });
  throwIfCancelled(signal);
}
