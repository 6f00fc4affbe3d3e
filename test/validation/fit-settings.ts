import { fitPencilKernel, type PencilKernelFitOptions, type ReferenceCase } from "@isodose/commissioning";
import { circleFieldDose, type PencilKernel } from "@isodose/physics";

/** One way to fit the kernel: what remains free once superposition with weights ≥ 0 is the rule. */
export interface FitSetting {
  readonly firstRatePerMm: number;
  readonly rates: number;
  readonly smoothness: number;
}

/** Every setting that was tried while the fit was developed, good and bad. The defaults of the fit are one of them. */
export const FIT_SETTINGS: readonly FitSetting[] = [
  ...[0.3, 1, 3, 10, 30].map((smoothness) => ({ firstRatePerMm: 0.008, rates: 12, smoothness })),
  { firstRatePerMm: 0.012, rates: 11, smoothness: 10 },
  { firstRatePerMm: 0.016, rates: 10, smoothness: 10 },
  { firstRatePerMm: 0.02, rates: 9, smoothness: 10 },
];

/** The setting as options of the fit. */
export function fitOptions({ firstRatePerMm, rates, smoothness }: FitSetting): PencilKernelFitOptions {
  return { ratesPerMm: Array.from({ length: rates }, (_, j) => firstRatePerMm * 2 ** j), smoothness };
}

/** Root mean square of (D − Dref) / max(σ, 0.3 % of the axis), kernel alone, at the middle of each depth bin. */
function misfit(kernel: PencilKernel, reference: ReferenceCase): number {
  let sum = 0;
  let count = 0;
  for (const { along, samples } of reference.curves) {
    for (const sample of samples) {
      const depthMm = (sample.depthLowMm + sample.depthHighMm) / 2;
      const dose = circleFieldDose(kernel, {
        diameterMm: reference.diameterMm,
        sadMm: reference.referencePlaneMm,
        sourceDistanceMm: reference.surfaceMm + depthMm,
        depthMm,
        offAxisMm: sample.offAxisMm,
      });
      const axis = along === "depth" ? sample.dose : samples[0]!.dose;
      sum += ((dose - sample.dose) / Math.max(sample.sigma, 0.003 * axis)) ** 2;
      count++;
    }
  }
  return Math.sqrt(sum / count);
}

/**
 * Choose a setting from these cases alone: leave each inner field (not the smallest, not the largest) out in turn, and take the setting
 * that predicts them best. A field that is not among the cases has no say.
 */
export function chooseFitSetting(cases: readonly ReferenceCase[]): FitSetting {
  const inner = cases.slice(1, -1);
  const score = (setting: FitSetting) =>
    inner.reduce((sum, one) => {
      const kernel = fitPencilKernel(
        cases.filter((c) => c !== one),
        fitOptions(setting),
      );
      return sum + misfit(kernel, one);
    }, 0);
  const scores = FIT_SETTINGS.map(score);
  return FIT_SETTINGS[scores.indexOf(Math.min(...scores))]!;
}
