import type { Beam, EnergySpectrum, PhotonBeamModel, PhotonField } from "@isodose/core";

/**
 * The photons of one beam: its cone's field in the plane at SAD, of the machine's spectrum and focal spot. One unit is one
 * photon/cm² there, so a monitor unit is `fluencePerCm2PerMonitorUnit` of them.
 * @param spectrum - one object for all beams, so that engines prepare it once
 */
export function photonFieldOfBeam(
  beam: Beam,
  photons: PhotonBeamModel,
  spectrum: EnergySpectrum,
): PhotonField {
  const [x, y, z] = beam.aimMm;
  const [sx, sy, sz] = beam.sourceMm;
  const length = Math.hypot(sx - x, sy - y, sz - z);
  const toSource = [(sx - x) / length, (sy - y) / length, (sz - z) / length] as const;
  return {
    spectrum,
    isocenterMm: [
      sx - beam.sadMm * toSource[0],
      sy - beam.sadMm * toSource[1],
      sz - beam.sadMm * toSource[2],
    ],
    directionToSource: toSource,
    sourceDistanceMm: beam.sadMm,
    sourceSigmaMm: photons.sourceSigmaMm,
    shape: { kind: "circle", diameterMm: beam.aperture.diameterMm },
  };
}
