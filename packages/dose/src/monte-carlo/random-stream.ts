/**
 * Uniform random numbers from Philox 4x32-10, one stream a history: the counter is (block, history, batch, stream), the key the seed. So
 * any history can be computed anywhere, in any order, with the same result. Same words as `philox4x32` of core, in the form for kernels.
 */
export interface RandomStream {
  /** [next of the four values, block, history, batch, stream, key 0, key 1] */
  readonly state: Int32Array;
  /** The last four values, in (0, 1). */
  readonly values: Float64Array;
}

/** A stream that {@link startHistory} must position before use. */
export function createRandomStream(seed: number, stream: number): RandomStream {
  const state = new Int32Array(7);
  state[0] = 4;
  state[4] = stream;
  state[5] = seed | 0;
  state[6] = Math.floor(seed / 0x100000000) | 0;
  return { state, values: new Float64Array(4) };
}

/** Change to another stream of the same seed; then {@link startHistory} must follow. */
export function setStream(random: RandomStream, stream: number): void {
  random.state[4] = stream;
}

/** Go to the beginning of the numbers of one history. */
export function startHistory(random: RandomStream, batch: number, history: number): void {
  const { state } = random;
  state[0] = 4;
  state[1] = 0;
  state[2] = history;
  state[3] = batch;
}

/**
 * Put four numbers in front of those of the history that {@link startHistory} began.
 * @param a - the first to be taken, in [0, 1), like the others
 */
export function setFirstUniforms(random: RandomStream, a: number, b: number, c: number, d: number): void {
  const { state, values } = random;
  state[0] = 0;
  values[0] = a;
  values[1] = b;
  values[2] = c;
  values[3] = d;
}

/** Put the number that was taken last back, or another in its place: it is the next to be taken. */
export function putBackUniform(random: RandomStream, value: number): void {
  const { state, values } = random;
  state[0]--;
  values[state[0]] = value;
}

/** Next number, in (0, 1). */
export function nextUniform(random: RandomStream): number {
  const { state, values } = random;
  const i = state[0];
  if (i < 4) {
    state[0] = i + 1;
    return values[i];
  }
  refill(state, values);
  state[0] = 1;
  return values[0];
}

const SCALE = 1 / 4294967296;

function refill(state: Int32Array, values: Float64Array): void {
  let c0 = state[1];
  let c1 = state[2];
  let c2 = state[3];
  let c3 = state[4];
  let k0 = state[5];
  let k1 = state[6];
  state[1] = c0 + 1;
  for (let round = 0; round < 10; round++) {
    // 32 × 32 → high 32 bits in 16-bit parts, all wrapped to int32: D2511F53 and CD9E8D57.
    const b0 = c0 & 0xffff;
    const h0 = c0 >>> 16;
    const m0 = (Math.imul(0xd251, b0) + (Math.imul(0x1f53, b0) >>> 16)) | 0;
    const n0 = (Math.imul(0x1f53, h0) + (m0 & 0xffff)) | 0;
    const high0 = (Math.imul(0xd251, h0) + (m0 >>> 16) + (n0 >>> 16)) | 0;
    const b2 = c2 & 0xffff;
    const h2 = c2 >>> 16;
    const m2 = (Math.imul(0xcd9e, b2) + (Math.imul(0x8d57, b2) >>> 16)) | 0;
    const n2 = (Math.imul(0x8d57, h2) + (m2 & 0xffff)) | 0;
    const high2 = (Math.imul(0xcd9e, h2) + (m2 >>> 16) + (n2 >>> 16)) | 0;
    const low0 = Math.imul(0xd2511f53, c0);
    const low2 = Math.imul(0xcd9e8d57, c2);
    c0 = high2 ^ c1 ^ k0;
    c1 = low2;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  values[0] = ((c0 >>> 0) + 0.5) * SCALE;
  values[1] = ((c1 >>> 0) + 0.5) * SCALE;
  values[2] = ((c2 >>> 0) + 0.5) * SCALE;
  values[3] = ((c3 >>> 0) + 0.5) * SCALE;
}
