import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  addToNormalEquations,
  normalEquations,
  solveNonNegativeLeastSquares,
  uniformStream,
} from "../src/index.ts";
import { UpdatableCholesky } from "../src/updatable-cholesky.ts";

/** Random A by columns; the last `copies` columns are sums or copies of earlier ones. */
function randomColumns(seed: number, n: number, rows: number, copies: number): Float64Array {
  const uniform = uniformStream(seed, 0);
  const columns = Float64Array.from({ length: n * rows }, () => (uniform() < 0.5 ? uniform() - 0.3 : 0));
  for (let j = Math.max(1, n - copies); j < n; j++) {
    const a = Math.floor(uniform() * j);
    const b = Math.floor(uniform() * j);
    for (let r = 0; r < rows; r++)
      columns[j * rows + r] = columns[a * rows + r]! + (j % 2) * columns[b * rows + r]!;
  }
  return columns;
}

const problem = fc.record({
  seed: fc.integer({ min: 1, max: 1e9 }),
  n: fc.integer({ min: 1, max: 25 }),
  rows: fc.integer({ min: 1, max: 40 }),
  copies: fc.integer({ min: 0, max: 10 }),
  warm: fc.boolean(),
});

describe("normal equations", () => {
  it("are the sums that they stand for", () => {
    fc.assert(
      fc.property(problem, ({ seed, n, rows, copies }) => {
        const columns = randomColumns(seed, n, rows, copies);
        const uniform = uniformStream(seed, 1);
        const b = Array.from({ length: rows }, uniform);
        const weights = Array.from({ length: rows }, () => (uniform() < 0.3 ? 0 : uniform()));
        const { gram, rightHandSide } = normalEquations(columns, rows, b, weights);
        for (let i = 0; i < n; i++) {
          let h = 0;
          for (let r = 0; r < rows; r++) h += columns[i * rows + r]! * weights[r]! ** 2 * b[r]!;
          expect(rightHandSide[i]).toBeCloseTo(h, 10);
          for (let j = 0; j < n; j++) {
            let g = 0;
            for (let r = 0; r < rows; r++)
              g += columns[i * rows + r]! * columns[j * rows + r]! * weights[r]! ** 2;
            expect(gram[i * n + j]).toBeCloseTo(g, 10);
          }
        }
      }),
      { seed: 4, numRuns: 60 },
    );
  });

  it("may be built from parts, over more rows than a block holds", () => {
    const [n, rows] = [7, 1000];
    const columns = randomColumns(9, n, rows, 0);
    const uniform = uniformStream(9, 1);
    const b = Float64Array.from({ length: rows }, uniform);
    const whole = normalEquations(columns, rows, b, new Float64Array(rows).fill(1));
    const parts = { gram: new Float64Array(n * n), rightHandSide: new Float64Array(n) };
    for (const odd of [0, 1]) {
      const gain = Float64Array.from(b, (_, r) => (r % 2 === odd ? 1 : 0));
      addToNormalEquations(
        parts,
        columns,
        rows,
        gain,
        gain.map((g, r) => g * b[r]!),
      );
    }
    whole.gram.forEach((g, i) => {
      expect(parts.gram[i]).toBeCloseTo(g, 9);
    });
    whole.rightHandSide.forEach((h, i) => {
      expect(parts.rightHandSide[i]).toBeCloseTo(h, 9);
    });
  });

  it("refuse sizes that do not fit", () => {
    expect(() => normalEquations(new Float64Array(5), 2, [1, 2], [1, 1])).toThrow(/columns/);
    expect(() => normalEquations(new Float64Array(4), 2, [1], [1, 1])).toThrow(/rowWeights/);
  });
});

describe("updatable Cholesky factor", () => {
  it("solves as if factored afresh, after any adding and removing", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 1e9 }),
        fc.array(fc.nat(), { minLength: 1, maxLength: 40 }),
        (seed, moves) => {
          const n = 12;
          const uniform = uniformStream(seed, 0);
          const columns = Float64Array.from({ length: n * 30 }, () => uniform() - 0.5);
          const { gram, rightHandSide } = normalEquations(
            columns,
            30,
            Array.from({ length: 30 }, uniform),
            new Float64Array(30).fill(1),
          );
          const cholesky = new UpdatableCholesky(gram, n);
          for (const move of moves) {
            const index = move % n;
            const place = cholesky.members.indexOf(index);
            if (place >= 0) cholesky.removeAt(place);
            else expect(cholesky.add(index)).toBe(true);
          }
          const z = new Float64Array(n);
          cholesky.solve(rightHandSide, z);
          for (const i of cholesky.members) {
            const sum = cholesky.members.reduce((s, j, place) => s + gram[i * n + j]! * z[place]!, 0);
            expect(sum).toBeCloseTo(rightHandSide[i]!, 8);
          }
        },
      ),
      { seed: 5, numRuns: 200 },
    );
  });

  it("does not take a column that depends on those it has", () => {
    const cholesky = new UpdatableCholesky(Float64Array.of(1, 2, 2, 4), 2);
    expect(cholesky.add(0)).toBe(true);
    expect(cholesky.add(1)).toBe(false);
    expect(cholesky.members).toEqual([0]);
  });
});

describe("non-negative least squares", () => {
  it("meets the Karush–Kuhn–Tucker conditions, rank-deficient or not, from any start", () => {
    fc.assert(
      fc.property(problem, ({ seed, n, rows, copies, warm }) => {
        const columns = randomColumns(seed, n, rows, copies);
        const uniform = uniformStream(seed, 1);
        const b = Array.from({ length: rows }, () => uniform() - 0.2);
        const equations = normalEquations(columns, rows, b, new Float64Array(rows).fill(1));
        const start = Array.from({ length: n }, () => Math.max(0, uniform() - 0.3));
        const x = solveNonNegativeLeastSquares(equations, warm ? start : undefined);
        for (let i = 0; i < n; i++) {
          let gradient = -equations.rightHandSide[i]!;
          for (let j = 0; j < n; j++) gradient += equations.gram[i * n + j]! * x[j]!;
          expect(x[i]).toBeGreaterThanOrEqual(0);
          expect(gradient).toBeGreaterThan(-1e-6);
          if (x[i]! > 0) expect(Math.abs(gradient)).toBeLessThan(1e-6);
        }
      }),
      { seed: 6, numRuns: 600 },
    );
  });

  it("solves by hand what can be solved by hand", () => {
    // Unconstrained (1.2, −0.4): the second is held at 0 and the first becomes h₁ / G₁₁.
    const equations = { gram: Float64Array.of(2, 1, 1, 3), rightHandSide: Float64Array.of(2, 0) };
    const x = solveNonNegativeLeastSquares(equations);
    expect(x[0]).toBeCloseTo(1, 14);
    expect(x[1]).toBe(0);
    const identity = { gram: Float64Array.of(1, 0, 0, 1), rightHandSide: Float64Array.of(3, -2) };
    expect([...solveNonNegativeLeastSquares(identity)]).toEqual([3, 0]);
  });

  it("finds a non-negative solution that is there, however its columns are scaled", () => {
    const [n, rows] = [10, 30];
    const columns = randomColumns(11, n, rows, 0);
    const truth = Array.from({ length: n }, (_, j) => (j % 3 === 0 ? 0 : j));
    const scale = Array.from({ length: n }, (_, j) => 10 ** (j - 5));
    const scaled = columns.map((value, i) => value * scale[Math.floor(i / rows)]!);
    const b = Array.from({ length: rows }, (_, r) =>
      truth.reduce((s, x, j) => s + x * columns[j * rows + r]!, 0),
    );
    const x = solveNonNegativeLeastSquares(normalEquations(scaled, rows, b, new Float64Array(rows).fill(1)));
    truth.forEach((t, j) => {
      expect(x[j]! * scale[j]!).toBeCloseTo(t, 6);
    });
  });

  it("leaves unknowns without any row at 0, and refuses sizes that do not fit", () => {
    const equations = { gram: Float64Array.of(1, 0, 0, 0), rightHandSide: Float64Array.of(1, 0) };
    expect([...solveNonNegativeLeastSquares(equations, [0, 5])]).toEqual([1, 0]);
    expect(() =>
      solveNonNegativeLeastSquares({ gram: new Float64Array(3), rightHandSide: new Float64Array(2) }),
    ).toThrow(/4 entries/);
  });
});
