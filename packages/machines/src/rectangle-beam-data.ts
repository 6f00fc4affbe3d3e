import { type BeamOptics, InvalidInputError, type RectangleBeamData } from "@isodose/core";
import { type KernelGaussians, kernelGaussians, type PencilKernel, stripFraction } from "@isodose/physics";

/** What {@link makeRectangleBeamData} starts from. */
export interface RectangleBeamDataOptions {
  readonly kernel: PencilKernel;
  readonly optics: BeamOptics;
  /** Gy/MU for each Gy cm² of the kernel: photons/cm² in the open beam for one monitor unit. */
  readonly fluencePerCm2PerMonitorUnit: number;
  /** Distances from the source that the table covers, mm. */
  readonly sourceDistanceMm: { readonly first: number; readonly step: number; readonly count: number };
  /** Depth to which the table may be read, mm. */
  readonly deepestMm: number;
  /** How far beyond the edge at SAD the dose is modelled, mm. */
  readonly marginMm: number;
}

/** Distances of the nodes across from the edge, mm, on both sides of it: the dose bends most there. */
const FROM_EDGE_MM = [
  0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.65, 0.8, 1, 1.25, 1.5, 1.75, 2, 2.3, 2.6, 3, 3.4, 3.8, 4.3, 4.8,
  5.4, 6, 6.7, 7.5, 8.3, 9.2, 10.2, 11.4, 12.7, 14.2, 16, 18, 20, 23, 26, 30, 35,
] as const;

const LEAST_INTERVAL_MM = 0.02;
/** From here on inwards the nodes lie this far apart. */
const DEEP_INSIDE_MM = 20;
const DEEP_INSIDE_STEP_MM = 5;

/**
 * Table of one rectangular opening: the pencil kernel superposed over the shadows of the opening that the focal spot and, where there
 * is one, the source of head scatter cast in the plane at distance f:
 *
 *   T(d, x, y, f) = k Σ_j w_j(d) Σ_i share_i F_j(x f/SAD, y f/SAD; h_i, σ_i)
 *
 * It is that of the open part: leakage belongs to a whole field, and the fluence profile to where the rectangle lies in it, so whoever
 * places it applies that. The head's shadow of a rectangle off the axis is taken as centred on the target's.
 *
 * @throws InvalidInputError if a size is not > 0
 */
export function makeRectangleBeamData(
  options: RectangleBeamDataOptions,
  widthMm: number,
  heightMm: number,
): RectangleBeamData {
  for (const [name, value] of Object.entries({ widthMm, heightMm })) {
    if (!(Number.isFinite(value) && value > 0))
      throw new InvalidInputError(`aperture.${name}`, value, "a length > 0, mm");
  }
  const { kernel, optics, sourceDistanceMm: distances, marginMm } = options;
  const xMm = nodesAcross(widthMm / 2, marginMm);
  const yMm = nodesAcross(heightMm / 2, marginMm);
  const gaussians = kernelGaussians(kernel.ratesPerMm);
  const terms = gaussians.sigmasMm.length;
  const depths = kernel.depthMm.length;
  const plane = yMm.length * xMm.length * distances.count;
  const values = new Float32Array(depths * plane);
  const weights = weightsOfTerms(kernel, gaussians.parts, terms);
  const products = new Float64Array(terms);
  for (let z = 0; z < distances.count; z++) {
    const f = distances.first + z * distances.step;
    const shadows = shadowsOf(optics, f).map((shadow) => ({
      ...shadow,
      x: stripsAt(gaussians, xMm, widthMm, shadow, f / optics.sadMm),
      y: stripsAt(gaussians, yMm, heightMm, shadow, f / optics.sadMm),
    }));
    for (let iy = 0; iy < yMm.length; iy++) {
      for (let ix = 0; ix < xMm.length; ix++) {
        products.fill(0);
        for (const { share, x, y } of shadows)
          for (let n = 0; n < terms; n++) products[n]! += share * x[ix * terms + n]! * y[iy * terms + n]!;
        const node = (iy * xMm.length + ix) * distances.count + z;
        for (let d = 0; d < depths; d++) {
          let sum = 0;
          for (let n = 0; n < terms; n++) sum += weights[d * terms + n]! * products[n]!;
          values[d * plane + node] = options.fluencePerCm2PerMonitorUnit * sum;
        }
      }
    }
  }
  return {
    widthMm,
    heightMm,
    attenuationPerMm: kernel.attenuationPerMm,
    depthMm: kernel.depthMm,
    deepestMm: options.deepestMm,
    xMm,
    yMm,
    sourceDistanceMm: distances,
    values,
  };
}

/** What a source makes of the opening in the plane of a point. */
interface Shadow {
  readonly share: number;
  /** Size over that of the opening at SAD. */
  readonly magnification: number;
  readonly sigmaMm: number;
}

/** The focal spot's shadow and the head's, whose source sees the opening at c from h below the target. */
function shadowsOf(optics: BeamOptics, f: number): readonly Shadow[] {
  const { sadMm, collimatorDistanceMm: c, headScatter } = optics;
  const share = headScatter?.share ?? 0;
  const spot = { share: 1 - share, magnification: f / sadMm, sigmaMm: (optics.sourceSigmaMm * (f - c)) / c };
  if (!headScatter || share === 0) return [spot];
  const h = headScatter.distanceFromSourceMm;
  return [
    spot,
    {
      share: share * (((sadMm - h) / (f - h)) * (f / sadMm)) ** 2,
      magnification: ((c / sadMm) * (f - h)) / (c - h),
      sigmaMm: (headScatter.sigmaMm * (f - c)) / (c - h),
    },
  ];
}

/** Fraction along one axis, [node, Gaussian]. */
function stripsAt(
  { sigmasMm }: KernelGaussians,
  nodesMm: readonly number[],
  sizeMm: number,
  shadow: Shadow,
  magnification: number,
): Float64Array {
  const out = new Float64Array(nodesMm.length * sigmasMm.length);
  for (const [i, mm] of nodesMm.entries()) {
    for (const [n, sigma] of sigmasMm.entries())
      out[i * sigmasMm.length + n] = stripFraction(
        (sizeMm / 2) * shadow.magnification,
        mm * magnification,
        Math.hypot(sigma, shadow.sigmaMm),
      );
  }
  return out;
}

/** Weight of each Gaussian at each depth node, attenuation taken out, [depth, Gaussian], Gy cm². */
function weightsOfTerms(kernel: PencilKernel, parts: Float64Array, terms: number): Float64Array {
  const out = new Float64Array(kernel.depthMm.length * terms);
  for (const [d, weights] of kernel.weightsGyCm2.entries())
    for (const [j, weight] of weights.entries())
      for (let n = 0; n < terms; n++) out[d * terms + n]! += weight * parts[j * terms + n]!;
  return out;
}

/** Nodes from the middle to beyond the edge, which is one of them. */
function nodesAcross(halfMm: number, marginMm: number): number[] {
  const nodes = [0, halfMm + marginMm];
  for (const mm of FROM_EDGE_MM) {
    if (mm <= DEEP_INSIDE_MM && halfMm - mm > LEAST_INTERVAL_MM) nodes.push(halfMm - mm);
    if (mm > 0 && mm < marginMm) nodes.push(halfMm + mm);
  }
  for (let mm = halfMm - DEEP_INSIDE_MM; mm > LEAST_INTERVAL_MM; mm -= DEEP_INSIDE_STEP_MM) nodes.push(mm);
  nodes.sort((a, b) => a - b);
  return nodes.filter((mm, n) => n === 0 || mm - nodes[n - 1]! > 1e-6);
}
