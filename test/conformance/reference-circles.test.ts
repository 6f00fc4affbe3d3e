import { circleFieldDose, PENCIL_KERNEL_6MV_MOHAN } from "@isodose/physics";
import { describe, expect, it } from "vitest";
import { makePencilKernel } from "../golden/reference/make-pencil-kernel.ts";
import { LEFT_OUT_MM, validateLeftOut } from "../validation/circles.ts";

describe("ray-trace engine against EGSnrc, 6 MV circles in water", () => {
  // The setting of the fit is chosen without the field, too. At most 4 of 225–281 points may fail; those that do lie on the axis, where the reference's own noise shows.
  it.each(LEFT_OUT_MM)(
    "%i mm field, left out of the fit: at least 98 percent of its points pass",
    async (diameterMm) => {
      const { validation: found } = await validateLeftOut(diameterMm);
      expect(found.evidence).toBe(true);
      expect(found.fittedDiametersMm).not.toContain(diameterMm);
      expect(found.points).toBeGreaterThan(200);
      expect(found.passPercent).toBeGreaterThanOrEqual(98);
    },
  );

  it("all profiles of the 40 mm field, left out, lie within 0.5 % of the axis", async () => {
    const { curves } = (await validateLeftOut(40)).validation;
    for (const curve of curves.filter((c) => c.name.startsWith("profile"))) {
      expect(Math.abs(curve.worstPercent), curve.name).toBeLessThan(0.5);
    }
  });
});

describe("built-in pencil kernel", () => {
  it("is what its script makes: the same doses within 1e-6", () => {
    const made = makePencilKernel();
    for (const diameterMm of [4, 5, 12.5, 60]) {
      for (const depthMm of [0, 1.5, 8, 15, 100, 302.5]) {
        for (const offAxisMm of [0, diameterMm / 2, diameterMm / 2 + 10]) {
          const point = { diameterMm, sadMm: 800, sourceDistanceMm: 785 + depthMm, depthMm, offAxisMm };
          const axis = circleFieldDose(made, { ...point, offAxisMm: 0 });
          expect(
            Math.abs(circleFieldDose(PENCIL_KERNEL_6MV_MOHAN, point) - circleFieldDose(made, point)) / axis,
          ).toBeLessThan(1e-6);
        }
      }
    }
  });
});
