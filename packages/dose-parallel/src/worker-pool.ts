import { CancelledError, EngineError, throwIfCancelled } from "@isodose/core";
import { type Endpoint, type Remote, wrap } from "comlink";

/** One started worker of either kind: a Web Worker, or a thread of Node. */
export interface StartedWorker {
  readonly endpoint: Endpoint;
  /** Rejects when the worker dies or cannot be loaded; never resolves. */
  readonly failure: Promise<never>;
  terminate(): unknown;
  /** Whether the process waits for the worker; idle workers do not hold it. Only threads of Node have it. */
  keepProcess?(keep: boolean): void;
}

/** A piece of work: it may be begun again on another worker, so its outcome must not depend on what an earlier attempt did. */
export type PoolTask<Api, Result> = (worker: Remote<Api>, slot: number) => Promise<Result>;

/** How a round of tasks is run. */
export interface PoolRound<Api, Result> {
  readonly tasks: readonly PoolTask<Api, Result>[];
  /** Called on each worker before its first task of the round, also on one that replaces a dead one. */
  readonly prepare?: PoolTask<Api, void>;
  readonly signal?: AbortSignal | undefined;
  /** Called after each task, in the order in which they end. */
  readonly onTask?: (task: number, result: Result) => void;
  /** Who computes, for messages: an engine's id, "gamma". */
  readonly who: string;
}

/** Workers that are kept from one round to the next. */
export interface WorkerPool<Api> {
  /** Most workers at a time. */
  readonly size: number;
  /**
   * Hand out the tasks in order to workers as they become free. Workers start when there is a task for them. One that throws, exits or
   * is terminated is replaced, and its task begun again, up to three times in all.
   * @returns the results in the order of the tasks
   * @throws CancelledError once the signal is aborted: busy workers are terminated at once
   * @throws EngineError if a task failed three times
   */
  run<Result>(round: PoolRound<Api, Result>): Promise<Result[]>;
  /** Tell every worker that is alive something, e.g. to let go of its memory. One that cannot be told is terminated. */
  each(task: (worker: Remote<Api>) => Promise<void>): Promise<void>;
  /** Do something that takes several rounds while nobody else uses the workers: calls wait for each other. */
  exclusively<Result>(work: () => Promise<Result>): Promise<Result>;
  /** What users of the pool keep from one run to the next, such as memory; emptied by `close()`. */
  readonly kept: Map<string, unknown>;
  /** Workers alive. */
  alive(): number;
  /** Terminate all workers. The pool may be used again. */
  close(): Promise<void>;
}

const ATTEMPTS = 3;

interface Slot<Api> {
  readonly worker: StartedWorker;
  readonly api: Remote<Api>;
  /** Rejects what it is working on. One place for it, because a race against `failure` would leave a trace there for every task. */
  fail?: ((error: unknown) => void) | undefined;
  /** Its termination, once begun. */
  ended?: Promise<unknown>;
}

/** Wait for what a worker does, or for its end. */
function onSlot<Api, Result>(slot: Slot<Api>, work: Promise<Result>): Promise<Result> {
  return new Promise<Result>((resolve, reject) => {
    slot.fail = reject;
    work.then(resolve, reject);
  }).finally(() => {
    slot.fail = undefined;
  });
}

/**
 * A pool of workers of one kind. None is started before there is work.
 * @param start - starts one worker that exposes the Api through comlink
 */
export function createWorkerPool<Api>(start: () => StartedWorker, size: number): WorkerPool<Api> {
  const slots: (Slot<Api> | undefined)[] = Array.from({ length: size }, () => undefined);

  const startSlot = (s: number): Slot<Api> => {
    const worker = start();
    const slot: Slot<Api> = { worker, api: wrap<Api>(worker.endpoint) };
    slots[s] = slot;
    // One that dies while idle is dropped; so is a Web Worker that reported an error, which browsers keep alive.
    worker.failure.catch((error: unknown) => {
      slot.fail?.(error);
      void end(slot, s);
    });
    return slot;
  };
  const end = async (slot: Slot<Api> | undefined, s: number) => {
    if (!slot) return;
    if (slots[s] === slot) slots[s] = undefined;
    slot.ended ??= Promise.resolve(slot.worker.terminate());
    await slot.ended;
  };

  async function run<Result>(round: PoolRound<Api, Result>): Promise<Result[]> {
    const { tasks, prepare, signal, onTask, who } = round;
    throwIfCancelled(signal);
    const results: Result[] = new Array(tasks.length);
    let next = 0;
    let stopped = false;
    const stop = () => {
      stopped = true;
      for (const slot of slots) slot?.fail?.(new CancelledError(who));
    };
    signal?.addEventListener("abort", stop, { once: true });

    const prepared = new WeakSet<Slot<Api>>();
    const attemptOn = async (slot: Slot<Api>, s: number, task: number): Promise<Result> => {
      if (prepare && !prepared.has(slot)) {
        await prepare(slot.api, s);
        prepared.add(slot);
      }
      return tasks[task]!(slot.api, s);
    };
    const perform = async (s: number, task: number): Promise<Result> => {
      for (let attempt = 1; ; attempt++) {
        const slot = slots[s] ?? startSlot(s);
        slot.worker.keepProcess?.(true);
        try {
          return await onSlot(slot, attemptOn(slot, s, task));
        } catch (error) {
          await end(slot, s);
          if (stopped) throw new CancelledError(who);
          if (attempt === ATTEMPTS) throw new EngineError(who, `a worker failed: ${messageOf(error)}`, error);
        }
      }
    };
    const work = async (s: number) => {
      while (next < tasks.length && !stopped) {
        const task = next++;
        const result = await perform(s, task);
        results[task] = result;
        onTask?.(task, result);
      }
    };

    let failed = false;
    let failure: unknown;
    const working = Array.from({ length: Math.min(size, tasks.length) }, (_, s) =>
      work(s).catch((error: unknown) => {
        if (!failed) failure = error;
        failed = true;
        stop();
      }),
    );
    await Promise.all(working);
    signal?.removeEventListener("abort", stop);
    if (failed || stopped) {
      await Promise.all(slots.map(end));
      throw failed ? failure : new CancelledError(who);
    }
    for (const slot of slots) slot?.worker.keepProcess?.(false);
    return results;
  }

  const each = async (task: (worker: Remote<Api>) => Promise<void>) => {
    const tell = async (slot: Slot<Api> | undefined, s: number) => {
      if (!slot) return;
      slot.worker.keepProcess?.(true);
      try {
        await onSlot(slot, task(slot.api));
      } catch {
        await end(slot, s);
      } finally {
        slot.worker.keepProcess?.(false);
      }
    };
    await Promise.all(slots.map(tell));
  };

  let last: Promise<unknown> = Promise.resolve();
  const exclusively = <Result>(work: () => Promise<Result>): Promise<Result> => {
    const result = last.then(work);
    last = result.catch(() => {});
    return result;
  };
  const kept = new Map<string, unknown>();

  return {
    size,
    run,
    each,
    exclusively,
    kept,
    alive: () => slots.filter((slot) => slot !== undefined).length,
    close: async () => {
      kept.clear();
      await Promise.all(slots.map(end));
    },
  };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
