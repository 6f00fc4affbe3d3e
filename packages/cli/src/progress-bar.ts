import cliProgress from "cli-progress";
import type { Progress } from "isodose";

/** Progress bars on stderr, one a stage, with the time left; nothing where stderr is no terminal or `quiet` is set. */
export function progressBars(quiet: boolean): { onProgress: (progress: Progress) => void; stop: () => void } {
  let bar: cliProgress.SingleBar | undefined;
  let stage = "";
  const show = !quiet && process.stderr.isTTY === true;
  const stop = () => {
    bar?.stop();
    bar = undefined;
  };
  const onProgress = (progress: Progress) => {
    if (!show) return;
    if (progress.stage !== stage) {
      stop();
      stage = progress.stage;
      bar = new cliProgress.SingleBar(
        {
          format: `${stage.padEnd(18)} {bar} {percentage}% | {value}/{total} | {duration_formatted} gone, {eta_formatted} left`,
          stream: process.stderr,
          hideCursor: true,
        },
        cliProgress.Presets.shades_classic,
      );
      bar.start(progress.total, progress.done);
    }
    bar?.update(progress.done);
    if (progress.done >= progress.total) stop();
  };
  return { onProgress, stop };
}

/**
 * Run a long step so that Ctrl-C (SIGINT) or SIGTERM aborts it. A second Ctrl-C ends the process at once.
 * @param run - to throw CancelledError once its signal is aborted
 */
export async function interruptible<T>(run: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = () => {
    if (controller.signal.aborted) process.exit(130);
    controller.abort();
  };
  process.on("SIGINT", abort);
  process.on("SIGTERM", abort);
  try {
    return await run(controller.signal);
  } finally {
    process.off("SIGINT", abort);
    process.off("SIGTERM", abort);
  }
}
