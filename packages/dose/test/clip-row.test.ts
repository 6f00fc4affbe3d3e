import fc from "fast-check";
import { expect, it } from "vitest";
import { evenly } from "../../../test/support/evenly.ts";
import { clipRowToCone } from "../src/clip-row.ts";

const n = 200;
const number = (limit: number) => evenly(-limit, limit);

it("keeps every voxel of a row that lies in the cone, and hardly any other", () => {
  fc.assert(
    fc.property(
      number(300),
      number(300),
      number(1200),
      number(3),
      number(3),
      number(3),
      evenly(0.005, 0.1),
      (x, y, f, dx, dy, df, slope) => {
        const span = new Int32Array(2);
        const hit = clipRowToCone(x, y, f, dx, dy, df, slope, n, span);
        for (let i = 0; i < n; i++) {
          const f1 = f + i * df;
          const inside = f1 > 1e-6 && Math.hypot(x + i * dx, y + i * dy) < slope * f1 * (1 - 1e-9);
          if (inside) expect(hit && span[0]! <= i && i <= span[1]!).toBe(true);
        }
        if (hit) {
          expect(span[0]).toBeGreaterThanOrEqual(0);
          expect(span[1]).toBeLessThan(n);
          // Steep rows are clipped exactly: both ends are in the cone.
          if (dx * dx + dy * dy > 1e-3 + slope * slope * df * df) {
            for (const i of span) {
              expect(Math.hypot(x + i * dx, y + i * dy)).toBeLessThanOrEqual(slope * (f + i * df) + 1e-6);
            }
          }
        }
      },
    ),
    { numRuns: 2000 },
  );
});
