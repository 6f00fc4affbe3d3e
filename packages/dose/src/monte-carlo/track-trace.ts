/** Numbers per deposit: depth z, mm; x² + y², mm²; MeV; the same times water's stopping power over the medium's. */
export const TRACE_COLUMNS = 4;
const MOST_DEPOSITS = 8192;

/** What charged particles leave behind and how far they get: kept instead of scored, to be scored at many depths. */
export interface TrackTrace {
  readonly deposits: Float64Array;
  /** [deposits kept, deposits for which there was no room] */
  readonly state: Int32Array;
  /** [least, largest] z that a particle has reached, mm. */
  readonly extentMm: Float64Array;
}

export function createTrackTrace(): TrackTrace {
  return {
    deposits: new Float64Array(MOST_DEPOSITS * TRACE_COLUMNS),
    state: new Int32Array(2),
    extentMm: new Float64Array(2),
  };
}

/** Forget everything; particles begin at z = 0. */
export function clearTrackTrace({ state, extentMm }: TrackTrace): void {
  state.fill(0);
  extentMm.fill(0);
}

/** Keep one deposit. */
export function traceDeposit(
  trace: TrackTrace,
  x: number,
  y: number,
  z: number,
  energyMeV: number,
  waterRatio: number,
): void {
  const { deposits, state } = trace;
  const n = state[0];
  if (n >= MOST_DEPOSITS) {
    state[1]++;
    return;
  }
  const o = n * TRACE_COLUMNS;
  deposits[o] = z;
  deposits[o + 1] = x * x + y * y;
  deposits[o + 2] = energyMeV;
  deposits[o + 3] = energyMeV * waterRatio;
  state[0] = n + 1;
}
