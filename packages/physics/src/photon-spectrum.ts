import type { EnergySpectrum } from "@isodose/core";

/** Photons by energy: `relativeNumber[i]` of them lie, spread evenly, between `binEdgesMeV[i]` and `binEdgesMeV[i + 1]`. */
export interface PhotonSpectrum {
  readonly name: string;
  readonly source: string;
  /** MeV, increasing; one more than there are bins. */
  readonly binEdgesMeV: readonly number[];
  /** Photons per bin; the sum is 1. */
  readonly relativeNumber: readonly number[];
}

/**
 * "mohan6": 6 MV photons of a flattened clinical beam on the axis, 24 bins of 0.25 MeV. Origin: the spectrum of this name in EGSnrc,
 * as the project's reference cases state it, normalised to 1. Uniform inside a bin. Not the spectrum of a flattening-filter-free
 * beam such as the CyberKnife's.
 * @source Mohan, Chui, Lidofsky, Med. Phys. 12 (1985) 592, doi:10.1118/1.595680
 */
export const MOHAN_6_MV: PhotonSpectrum = Object.freeze({
  name: "mohan6",
  source:
    "Mohan, Chui, Lidofsky, Med. Phys. 12 (1985) 592, doi:10.1118/1.595680; bins as in EGSnrc's mohan6.spectrum",
  binEdgesMeV: Object.freeze(Array.from({ length: 25 }, (_, i) => i / 4)),
  relativeNumber: Object.freeze([
    0.00102054, 0.0321772, 0.114506, 0.114506, 0.110204, 0.101486, 0.101486, 0.0620228, 0.0588226, 0.046387,
    0.0343511, 0.0324099, 0.0368793, 0.0235923, 0.0309699, 0.0242805, 0.0220911, 0.0128068, 0.0103947,
    0.0119333, 0.00403651, 0.00674605, 0.00297958, 0.00390971,
  ]),
});

/**
 * Gamma lines of Co-60, number per decay. A bare source: what the capsule and the head scatter is not in it.
 * @source DDEP/LNHB evaluation of Co-60 (lnhb.fr), half-life 5.2711 y: 1173.228 keV with 0.9985, 1332.492 keV with 0.999826 per decay
 */
export const CO60_LINES: EnergySpectrum = Object.freeze({
  binLowMeV: Object.freeze([1.173228, 1.332492]),
  binHighMeV: Object.freeze([1.173228, 1.332492]),
  relativeNumber: Object.freeze([0.9985, 0.999826]),
});

/** Mean photon energy by number, MeV: Σ nᵢ (loᵢ + hiᵢ) / 2 over Σ nᵢ. */
export function meanPhotonEnergyMeV(spectrum: PhotonSpectrum): number {
  let energy = 0;
  let number = 0;
  spectrum.relativeNumber.forEach((n, i) => {
    energy += (n * (spectrum.binEdgesMeV[i]! + spectrum.binEdgesMeV[i + 1]!)) / 2;
    number += n;
  });
  return energy / number;
}

/** The spectrum with both edges of every bin, as photon fields carry it. */
export function energySpectrumOf(spectrum: PhotonSpectrum): EnergySpectrum {
  return {
    binLowMeV: spectrum.binEdgesMeV.slice(0, -1),
    binHighMeV: spectrum.binEdgesMeV.slice(1),
    relativeNumber: spectrum.relativeNumber,
  };
}
