import {
  AXIAL_DIRECTION,
  type Contour,
  createVolume,
  type Grid,
  type PatientPoint,
  type Structure,
  type Vec3,
  type Volume,
  voxelToPatient,
} from "@isodose/core";
import { computeDvh, evaluateMetric, planIndices } from "@isodose/dvh";
import type { ReportInput } from "../src/index.ts";

export function volumeOf(grid: Grid, unit: "HU" | "Gy", value: (p: PatientPoint) => number): Volume {
  const volume = createVolume(grid, unit, "1.2.3");
  const [nx, ny, nz] = grid.size;
  let n = 0;
  for (let k = 0; k < nz; k++) {
    for (let j = 0; j < ny; j++) {
      for (let i = 0; i < nx; i++) volume.values.data[n++] = value(voxelToPatient(grid, [i, j, k]));
    }
  }
  return volume;
}

function ellipse(x: number, y: number, z: number, a: number, b: number): Contour {
  const points = Array.from({ length: 90 }, (_, n) => {
    const t = (2 * Math.PI * n) / 90;
    return [x + a * Math.cos(t), y + b * Math.sin(t), z];
  });
  return { type: "CLOSED_PLANAR", pointsMm: Float64Array.from(points.flat()) };
}

function structure(
  name: string,
  number: number,
  type: Structure["type"],
  colorRgb: Vec3,
  contours: readonly Contour[],
): Structure {
  return { name, number, type, colorRgb, contours, frameOfReferenceUid: "1.2.3" };
}

const planes = (low: number, high: number, step: number): number[] =>
  Array.from({ length: Math.round((high - low) / step) + 1 }, (_, n) => low + n * step);

const inEllipse = (p: Vec3, x: number, y: number, a: number, b: number): boolean =>
  ((p[0] - x) / a) ** 2 + ((p[1] - y) / b) ** 2 <= 1;

/** Isocenter of the case: nothing is at the origin, so that a forgotten offset shows. */
export const ISOCENTER: PatientPoint = [12, -163, 412];
const [X, Y, Z] = ISOCENTER;
const CORD_Y = Y + 26;

/** Vertebrae and a cord in an elliptic body: HU. */
function huAt(p: PatientPoint): number {
  if (!inEllipse(p, X - 6, Y - 30, 150, 105)) return -1000;
  if (!inEllipse(p, X - 6, Y - 30, 138, 93)) return -100;
  if (inEllipse(p, X, CORD_Y, 5, 4)) return 40;
  if (inEllipse(p, X, CORD_Y, 12, 9)) return 10;
  const body = ((p[0] - X) / 22) ** 2 + ((p[1] - Y) / 16) ** 2;
  const fromDisc = Math.abs(((p[2] - Z + 187) % 34) - 17);
  if (body <= 1) return fromDisc > 13 ? 90 : body > 0.82 ? 700 : 230;
  if (inEllipse(p, X, CORD_Y, 17, 14) && fromDisc <= 11) return 600;
  if (Math.abs(p[0] - X) < 4 && p[1] > CORD_Y && p[1] < CORD_Y + 40 && fromDisc <= 9) return 450;
  if (inEllipse(p, X + 60, Y - 10, 26, 22) || inEllipse(p, X - 70, Y - 10, 26, 22)) return 30;
  return 55;
}

/** A dose that spares the cord: Gy. */
function doseAt(p: PatientPoint): number {
  const r2 = ((p[0] - X) / 25) ** 2 + ((p[1] - Y + 2) / 21) ** 2 + ((p[2] - Z) / 22) ** 2;
  const cord2 = ((p[0] - X) / 11) ** 2 + ((p[1] - CORD_Y) / 10) ** 2;
  const bath = 4 * Math.exp(-(((p[0] - X) / 90) ** 2 + ((p[1] - Y) / 70) ** 2 + ((p[2] - Z) / 45) ** 2));
  return 27.5 * Math.exp(-(r2 ** 1.6) * 0.45) * (1 - 0.55 * Math.exp(-cord2)) + bath;
}

/** A small spine case with everything that a report shows. */
export function syntheticCase(): ReportInput {
  // CT and dose grids differ in spacing and offset, and the CT's z runs down: the pictures must not care.
  const ct = volumeOf(
    {
      size: [160, 120, 56],
      spacingMm: [2, 2, 2.5],
      originMm: [X - 166.3, Y - 149.1, Z + 68],
      direction: [1, 0, 0, 0, 1, 0, 0, 0, -1],
    },
    "HU",
    huAt,
  );
  const dose = volumeOf(
    {
      size: [110, 80, 50],
      spacingMm: [2.5, 2.5, 2.5],
      originMm: [X - 136, Y - 110, Z - 61],
      direction: AXIAL_DIRECTION,
    },
    "Gy",
    doseAt,
  );
  const structures = [
    structure(
      "BODY",
      1,
      "EXTERNAL",
      [0, 255, 0],
      planes(Z - 66, Z + 66, 6).map((z) => ellipse(X - 6, Y - 30, z, 150, 105)),
    ),
    structure(
      "PTV_L1",
      2,
      "PTV",
      [255, 0, 0],
      planes(Z - 15, Z + 15, 3).map((z) => ellipse(X, Y, z, 22, 16)),
    ),
    structure(
      "SpinalCord",
      3,
      "ORGAN",
      [0, 200, 100],
      planes(Z - 60, Z + 60, 3).map((z) => ellipse(X, CORD_Y, z, 5, 4)),
    ),
    structure(
      "SpinalCord_PRV2",
      4,
      "AVOIDANCE",
      [0, 100, 255],
      planes(Z - 60, Z + 60, 3).map((z) => ellipse(X, CORD_Y, z, 7, 6)),
    ),
    structure(
      "Kidney_L",
      5,
      "ORGAN",
      [200, 200, 0],
      planes(Z - 45, Z + 45, 3).map((z) => ellipse(X + 60, Y - 10, z, 26, 22)),
    ),
    structure('Empty <&> "quoted"', 6, "ORGAN", [1, 2, 3], []),
  ];
  const dvhCurves = structures.map((s) => computeDvh({ structure: s, dose }));
  const curve = (name: string) => dvhCurves.find((c) => c.structure === name)!;
  const indices = planIndices({ dose, targetDvh: curve("PTV_L1"), prescriptionGy: 24 });
  return {
    title: "Lumbar lesion, L1",
    bannerText: "12 beams enter through a cut face of the CT and see air there: the dose is too high.",
    ct,
    dose,
    structures,
    dvhCurves,
    targetName: "PTV_L1",
    isocenterMm: ISOCENTER,
    prescription: { doseGy: 24, fractions: 2, coveragePercent: 95 },
    summary: indices,
    limits: [
      {
        structure: "SpinalCord_PRV2",
        metric: "D0.035cc",
        maxGy: 17,
        valueGy: evaluateMetric(curve("SpinalCord_PRV2"), "D0.035cc"),
      },
    ],
    facts: [
      { group: "Delivery", label: "Machine", value: "CyberKnife, cones 20 mm (mohan6-based, not FFF)" },
      { group: "Delivery", label: "Beams", value: "120" },
      { group: "Delivery", label: "Monitor units", value: "18 042" },
      { group: "Calculation", label: "Engine", value: "ray-trace, backend reference" },
      { group: "Calculation", label: "Dose grid", value: "110 × 80 × 50, 2.5 mm" },
      { group: "Weights", label: "Distinct aim points", value: "42" },
    ],
    warnings: [{ code: "COVERAGE_SHORTFALL", message: "limits win: coverage is below 95 % <b>" }],
    provenance: ["A synthetic case of formulas."],
  };
}
