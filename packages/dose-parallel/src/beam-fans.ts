import { type Beam, type DoseScene, EngineError } from "@isodose/core";
import { assertTablesReach, type BeamAxes, beamAxesOf } from "@isodose/dose";
import { type DepthMapLattice, depthMapLattice } from "@isodose/geometry";
import { type ConeLookup, coneLookup } from "./cone-lookup.ts";
import { FAN_LENGTH, type FanSamples, samplesOfFan, tracedDepth, writeFan } from "./fan-fields.ts";
import { compileKernels, instantiateKernels, PAGE_BYTES } from "./kernel-module.ts";
import { matterBox } from "./matter-box.ts";

/** A beam that meets matter, and where its depth will be sampled. */
export interface BeamFan {
  readonly beam: Beam;
  /** Number of the beam in the request. */
  readonly index: number;
  readonly axes: BeamAxes;
  readonly table: ConeLookup;
  readonly lattice: DepthMapLattice;
  readonly samples: FanSamples;
  /** The kernel's doubles, complete. */
  readonly fields: Float64Array;
  readonly mapBytes: number;
}

/**
 * Lay out the fans of those beams that meet matter.
 * @param wanted - beams to leave out are told here
 * @throws InvalidInputError as the reference does, for a beam whose patient lies outside its tables
 */
export async function layOutFans(
  scene: DoseScene,
  wanted: (index: number) => boolean = () => true,
): Promise<BeamFan[]> {
  const { relativeElectronDensity: density, beamData, beams } = scene;
  const box = matterBox(density);
  const tables = new Map<number, ConeLookup>();
  const met: Omit<BeamFan, "samples" | "fields" | "mapBytes">[] = [];
  for (const [index, beam] of beams.entries()) {
    if (!wanted(index)) continue;
    const table = tableOf(beam, scene, tables);
    if (Math.abs(beam.sadMm - beamData.sadMm) > 1e-6) {
      throw new EngineError(
        "ray-trace",
        `beam ${beam.name} states its aperture at ${beam.sadMm} mm, the beam data at ${beamData.sadMm} mm`,
      );
    }
    const axes = beamAxesOf(beam);
    const fan = { ...axes, sadMm: beam.sadMm, clipRadiusMm: table.clipRadiusMm };
    const lattice = depthMapLattice(density.grid, fan);
    if (lattice) met.push({ beam, index, axes, table, lattice });
  }

  const bytes = met.length * FAN_LENGTH * 8;
  const memory = new WebAssembly.Memory({
    initial: Math.ceil(bytes / PAGE_BYTES) + 1,
    maximum: Math.ceil(bytes / PAGE_BYTES) + 1,
  });
  const kernels = await instantiateKernels(await compileKernels(false), memory);
  return met.flatMap((one, n) => {
    const { beam, axes, table, lattice } = one;
    const fields = new Float64Array(memory.buffer, n * FAN_LENGTH * 8, FAN_LENGTH);
    writeFan(fields, density.grid, box, axes, beam.sadMm, table.clipRadiusMm, lattice);
    kernels.measure_fan(fields.byteOffset);
    const samples = samplesOfFan(fields, lattice);
    if (!samples) {
      const nearestTissueMm = lattice.firstDistanceMm + lattice.samples * lattice.sampleSpacingMm;
      assertTablesReach({ deepestMm: 0, nearestTissueMm, farthestMm: lattice.farthestMm }, table, beam.name);
      return [];
    }
    return [
      { ...one, samples, fields: fields.slice(), mapBytes: 4 * lattice.rays * lattice.rays * samples.stride },
    ];
  });
}

/** Check what a fan met, after it was traced. @throws InvalidInputError as the reference does */
export function assertTraced(fan: BeamFan, fields: Float64Array): void {
  assertTablesReach(tracedDepth(fields, fan.samples, fan.lattice), fan.table, fan.beam.name);
}

function tableOf(beam: Beam, { beamData }: DoseScene, tables: Map<number, ConeLookup>): ConeLookup {
  if (beam.aperture.kind !== "circle")
    throw new EngineError("ray-trace", `beam ${beam.name} has no circular aperture`);
  const { diameterMm } = beam.aperture;
  let table = tables.get(diameterMm);
  if (!table) {
    table = coneLookup(beamData, beamData.cone(diameterMm));
    tables.set(diameterMm, table);
  }
  return table;
}
