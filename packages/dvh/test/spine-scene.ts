import { AXIAL_DIRECTION, createVolume, type Structure, type Volume } from "@isodose/core";
import { slabMiddles, structureOf } from "./shapes.ts";

/** A point of an ellipse-like outline that is not quite smooth, as drawn ones are. */
function outline(x: number, y: number, z: number, a: number, b: number, points: number): number[] {
  return Array.from({ length: points }, (_, n) => {
    const angle = (2 * Math.PI * n) / points;
    const wave = 1 + 0.02 * Math.sin(7 * angle + z / 9);
    return [x + a * wave * Math.cos(angle), y + b * wave * Math.sin(angle), z];
  }).flat();
}

/** An organ of elliptic sections between two heights. */
function organ(
  name: string,
  [x, y, z]: readonly [number, number, number],
  [a, b, c]: readonly [number, number, number],
  sliceMm: number,
  points: number,
): Structure {
  const slices = Math.max(4, Math.round((2 * c) / sliceMm));
  return structureOf(
    name,
    slabMiddles(z - c, z + c, slices).map((height) => {
      const s = Math.sqrt(Math.max(0.05, 1 - ((height - z) / c) ** 2));
      return outline(x, y, height, a * s, b * s, points);
    }),
  );
}

/**
 * Twenty structures as of a spine case, 1 to 100 cc, lungs of about 2000 cc and a body, on a dose of
 * 256 × 256 × 128 voxels of 2 mm: nine beams with penumbras that cross in the target. For tests and benchmarks.
 */
export function spineScene(): { readonly dose: Volume; readonly structures: readonly Structure[] } {
  const size = [256, 256, 128] as const;
  const grid = {
    size,
    spacingMm: [2, 2, 2],
    originMm: [-255, -255, -127],
    direction: AXIAL_DIRECTION,
  } as const;
  const dose = createVolume(grid, "Gy", "");
  const data = dose.values.data;
  const angles = Array.from({ length: 9 }, (_, n) => (2 * Math.PI * n) / 9 + 0.1);
  const edge = (r: number, half: number): number => 1 / (1 + Math.exp((Math.abs(r) - half) / 1.5));
  let n = 0;
  for (let k = 0; k < size[2]; k++) {
    const high = edge(2 * k - 127 + 3, 16);
    for (let j = 0; j < size[1]; j++) {
      for (let i = 0; i < size[0]; i++, n++) {
        const [x, y] = [2 * i - 255, 2 * j - 255 - 40];
        if (high < 1e-6) continue;
        let sum = 0;
        for (const angle of angles) {
          const across = x * Math.cos(angle) + y * Math.sin(angle);
          const along = -x * Math.sin(angle) + y * Math.cos(angle);
          sum += edge(across, 18) * Math.exp(-0.005 * along) * 2.6;
        }
        data[n] = sum * high;
      }
    }
  }
  const small: [string, number, number, number, number, number][] = [
    ["GTV", 0, 40, -3, 12, 12],
    ["PTV", 0, 40, -3, 17, 15],
    ["Cord", 0, 62, 0, 6, 60],
    ["CordPRV", 0, 62, 0, 8, 62],
    ["Esophagus", 5, 0, 10, 9, 60],
    ["Trachea", 0, -20, 20, 9, 40],
    ["T7", 0, 40, 25, 16, 12],
    ["T8", 0, 40, -3, 16, 12],
    ["T9", 0, 40, -31, 16, 12],
    ["Aorta", 22, 20, 0, 12, 45],
    ["KidneyL", 70, 30, -80, 28, 40],
    ["KidneyR", -70, 30, -80, 28, 40],
    ["RootL", 18, 58, -3, 5, 10],
    ["RootR", -18, 58, -3, 5, 10],
    ["Heart", 30, -40, -20, 30, 28],
    ["Stomach", 50, -30, -90, 26, 28],
    ["Boost", 0, 38, -3, 6.5, 6],
  ];
  return {
    dose,
    structures: [
      structureOf(
        "Body",
        slabMiddles(-126, 126, 101).map((z) => outline(0, 0, z, 200, 125, 400)),
      ),
      organ("LungL", [95, 0, 20], [55, 80, 75], 2.5, 220),
      organ("LungR", [-95, 0, 20], [60, 85, 100], 2.5, 220),
      ...small.map(([name, x, y, z, r, half]) => organ(name, [x, y, z], [r, 0.9 * r, half], 2.5, 90)),
    ],
  };
}
