import { writeFileSync } from "node:fs";
import { monteCarloFieldInSlabs, type SlabField } from "@isodose/dose";
import { energySpectrumOf, MOHAN_6_MV, materialByName } from "@isodose/physics";
import { progressLine } from "./progress-line.ts";

/** From the source to the reference plane, mm; the surface lies 15 mm above, as in the cases at 800 mm. */
const DISTANCES_MM = [650, 1000];
const SURFACE_ABOVE_MM = 15;
const DIAMETER_MM = 40;
const WATER_MM = 400;
const HISTORIES = 600_000;
const SEED = 2026;
/** The disc about the axis, and the rings around it. */
const FIRST_RING_MM = 6;
const LAST_RING_MM = 37;
const RINGS = 38;
/** Rings of a profile are joined until they are this wide, but for those next to the edge. */
const LEAST_WIDTH_MM = 2;
const NEXT_TO_EDGE_MM = 3;
/** The axis is taken from within this radius, mm. */
const AXIS_RADIUS_MM = 9;
const DEPTH_EDGES_MM = [0, 1, 2, 3, 4, 6, 8, 10, 20, 40, 60, 85, 115, 145, 180, 220, 260, 305];
/** Bins of the depths that have a profile. */
const PROFILE_DEPTHS_MM: readonly (readonly [number, number])[] = [
  [10, 20],
  [40, 60],
  [85, 115],
  [180, 220],
];

/**
 * Cases of our own at source distances that the independent ones do not have: full fields of diverging rays, scored in rings. They share
 * the Monte Carlo with the beam data, but neither superposition nor inverse square.
 */
export async function makeOwnReferences(distancesMm = DISTANCES_MM): Promise<void> {
  for (const distanceMm of distancesMm) {
    const id = `own-6mv-circle-${DIAMETER_MM}mm-${distanceMm}mm-water`;
    const found = await monteCarloFieldInSlabs(
      {
        slabs: [{ material: materialByName("water"), densityGPerCm3: 1, thicknessMm: WATER_MM }],
        spectrum: energySpectrumOf(MOHAN_6_MV),
        sourceToSurfaceMm: distanceMm - SURFACE_ABOVE_MM,
        sourceToReferenceMm: distanceMm,
        diameterMm: DIAMETER_MM,
        depthEdgesMm: DEPTH_EDGES_MM,
        firstRingMm: FIRST_RING_MM,
        lastRingMm: LAST_RING_MM,
        rings: RINGS,
        histories: HISTORIES,
        seed: SEED,
      },
      { onProgress: progressLine(id) },
    );
    const file = new URL(`../golden/reference/${id}.json`, import.meta.url);
    writeFileSync(file, `${JSON.stringify(caseOf(id, distanceMm, found), undefined, 1)}\n`);
    console.log(`${id}: ${found.histories} photons, seed ${SEED}`);
  }
}

function caseOf(id: string, distanceMm: number, field: SlabField): object {
  const { massFractions, meanExcitationEv } = materialByName("water");
  const massPercent = Object.fromEntries(
    Object.entries(massFractions).map(([element, share]) => [element, round(100 * share)]),
  );
  return {
    format: "isodose-reference/1",
    id,
    title: `6 MV circular field ${DIAMETER_MM} mm at ${distanceMm} mm, water (own Monte Carlo)`,
    provenance: {
      code: "Isodose's own Monte Carlo, full field (npm run beam-data)",
      histories: field.histories,
      seed: SEED,
      notes:
        "not independent of the beam data's Monte Carlo; independent of superposition and inverse square: every ray of the diverging field is followed. Axis from the mean within 6 mm and that of the rings from there to 9 mm, taken as a parabola",
    },
    particle: "photon",
    spectrum: { name: MOHAN_6_MV.name, ...energySpectrumOf(MOHAN_6_MV) },
    source: { kind: "point", toReferencePlaneMm: distanceMm, toSurfaceMm: distanceMm - SURFACE_ABOVE_MM },
    field: { kind: "circle", diameterMm: DIAMETER_MM, at: "reference-plane" },
    phantom: {
      kind: "slabs",
      lateral: "infinite",
      above: "vacuum",
      below: "vacuum",
      layers: [{ material: "water", thicknessMm: WATER_MM }],
      materials: { water: { densityGPerCm3: 1, massPercent, meanExcitationEv } },
    },
    normalization: "dose per unit in-vacuum photon fluence (photons/cm2) on the axis in the reference plane",
    curves: [axisCurve(field), ...PROFILE_DEPTHS_MM.map((bin) => profile(field, distanceMm, bin))],
  };
}

function axisCurve(field: SlabField): object {
  const places = DEPTH_EDGES_MM.slice(0, -1).map((_, d) => onAxis(field, d));
  return {
    name: "central-axis",
    along: "depth",
    quantity: "dose-to-medium",
    unit: "Gy cm2",
    offAxisMm: 0,
    binMm: DEPTH_EDGES_MM.slice(0, -1).map((low, d) => [low, DEPTH_EDGES_MM[d + 1]!]),
    value: places.map(({ value }) => round(value)),
    sigmaPercent: places.map(({ value, sigma }) => percent(sigma / value)),
  };
}

/** D(r) = D₀ + c r² through the mean within the first ring and that of the rings around it. */
function onAxis(
  { ringEdgesMm, doseGyCm2, sigmaGyCm2 }: SlabField,
  d: number,
): { value: number; sigma: number } {
  const first = d * RINGS;
  const inner = doseGyCm2[first]!;
  let area = 0;
  let sum = 0;
  let variance = 0;
  let last = 1;
  for (let r = 1; ringEdgesMm[r + 1]! < AXIS_RADIUS_MM; r++) {
    const ring = ringEdgesMm[r + 1]! ** 2 - ringEdgesMm[r]! ** 2;
    area += ring;
    sum += ring * doseGyCm2[first + r]!;
    variance += (ring * sigmaGyCm2[first + r]!) ** 2;
    last = r;
  }
  const share = (ringEdgesMm[1]! / ringEdgesMm[last + 1]!) ** 2;
  return {
    value: inner - share * (sum / area - inner),
    sigma: Math.hypot((1 + share) * sigmaGyCm2[first]!, (share * Math.sqrt(variance)) / area),
  };
}

function profile(field: SlabField, distanceMm: number, [low, high]: readonly [number, number]): object {
  const first = DEPTH_EDGES_MM.indexOf(low) * RINGS;
  const depthMm = (low + high) / 2;
  const edgeMm = ((DIAMETER_MM / 2) * (distanceMm - SURFACE_ABOVE_MM + depthMm)) / distanceMm;
  const bins: [number, number][] = [];
  const values: number[] = [];
  const sigmas: number[] = [];
  for (let r = 0; r < RINGS; ) {
    const from = field.ringEdgesMm[r]!;
    let area = 0;
    let sum = 0;
    let variance = 0;
    let to = from;
    do {
      to = field.ringEdgesMm[r + 1]!;
      const ring = to ** 2 - field.ringEdgesMm[r]! ** 2;
      area += ring;
      sum += ring * field.doseGyCm2[first + r]!;
      variance += (ring * field.sigmaGyCm2[first + r]!) ** 2;
      r++;
    } while (r < RINGS && to - from < LEAST_WIDTH_MM && Math.abs(to - edgeMm) > NEXT_TO_EDGE_MM);
    bins.push([round(from), round(to)]);
    values.push(sum / area);
    sigmas.push(Math.sqrt(variance) / area);
  }
  return {
    name: `profile at ${depthMm} mm`,
    along: "radius",
    quantity: "dose-to-medium",
    unit: "Gy cm2",
    depthBinMm: [low, high],
    binMm: bins,
    value: values.map(round),
    sigmaPercent: sigmas.map((sigma, i) => percent(sigma / values[i]!)),
  };
}

function round(x: number): number {
  return Number(x.toPrecision(6));
}

function percent(share: number): number {
  return Number((100 * share).toPrecision(2));
}
