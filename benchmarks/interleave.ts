import Benchmark from "benchmark";

/** One way to do the work. */
export interface Side {
  readonly name: string;
  readonly run: () => Promise<void>;
}

/** CPU seconds of one side, one number a round. */
export interface SideTimes {
  readonly name: string;
  readonly cpuSeconds: readonly number[];
  readonly medianSeconds: number;
}

/**
 * Time the sides in turn, A B A B …, after one warm-up each, in CPU time of this process: on a shared machine the clock on the
 * wall says little, and two separate runs of the same code differ by a quarter.
 */
export async function interleave(sides: readonly Side[], rounds: number): Promise<SideTimes[]> {
  const samples = sides.map(() => [] as number[]);
  for (const side of sides) await cycle(side);
  for (let round = 0; round < rounds; round++) {
    for (const [s, side] of sides.entries()) samples[s]!.push(await cycle(side));
  }
  return sides.map((side, s) => ({
    name: side.name,
    cpuSeconds: samples[s]!,
    medianSeconds: median(samples[s]!),
  }));
}

/** One cycle under `benchmark`, in CPU seconds. */
function cycle(side: Side): Promise<number> {
  return new Promise((resolve, reject) => {
    let cpuSeconds = 0;
    new Benchmark(side.name, {
      defer: true,
      initCount: 1,
      minSamples: 1,
      minTime: 1e-9,
      maxTime: 0,
      fn: (deferred: Benchmark.Deferred) => {
        const before = process.cpuUsage();
        side.run().then(() => {
          const used = process.cpuUsage(before);
          cpuSeconds = (used.user + used.system) / 1e6;
          deferred.resolve();
        }, reject);
      },
      onComplete: () => resolve(cpuSeconds),
      onError: (event: Benchmark.Event) => reject((event.target as unknown as Benchmark).error),
    }).run({ async: true });
  });
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
