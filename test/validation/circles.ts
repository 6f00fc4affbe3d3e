import { type CaseValidation, validateCircle } from "@isodose/commissioning";
import { rayTraceEngine } from "@isodose/dose";
import { readCircleCases } from "../golden/reference/circle-cases.ts";
import { chooseFitSetting, FIT_SETTINGS, type FitSetting, fitOptions } from "./fit-settings.ts";

/** Fields that are left out of the fit in turn: those with a fitted field on either side. */
export const LEFT_OUT_MM: readonly number[] = [10, 20, 40];

/** A field left out, with the setting that the other fields chose. */
export interface LeftOut {
  readonly setting: FitSetting;
  readonly validation: CaseValidation;
}

/** One field left out of the fit and of the choice of its setting, computed by the ray-trace engine. */
export async function validateLeftOut(diameterMm: number): Promise<LeftOut> {
  const setting = chooseFitSetting(readCircleCases().filter((one) => one.diameterMm !== diameterMm));
  return { setting, validation: await validateWith(setting, diameterMm) };
}

function validateWith(setting: FitSetting, diameterMm: number): Promise<CaseValidation> {
  const cases = readCircleCases();
  const reference = cases.find((one) => one.diameterMm === diameterMm)!;
  const others = cases.filter((one) => one !== reference);
  return validateCircle(rayTraceEngine, reference, others, { fit: fitOptions(setting) });
}

/** Pass percentages of the fields left out, under one setting. */
export interface SettingRow {
  readonly setting: FitSetting;
  readonly passPercent: readonly number[];
}

/** Everything that `npm run validate` shows. */
export interface CirclesValidation {
  readonly leftOut: readonly LeftOut[];
  readonly everySetting: readonly SettingRow[];
  readonly inTheFit: readonly CaseValidation[];
}

/** The three fields left out in turn, the same under every setting tried, and all five with nothing left out. */
export async function validateCircles(): Promise<CirclesValidation> {
  const leftOut: LeftOut[] = [];
  for (const diameterMm of LEFT_OUT_MM) leftOut.push(await validateLeftOut(diameterMm));
  const everySetting: SettingRow[] = [];
  for (const setting of FIT_SETTINGS) {
    const passPercent: number[] = [];
    for (const diameterMm of LEFT_OUT_MM)
      passPercent.push((await validateWith(setting, diameterMm)).passPercent);
    everySetting.push({ setting, passPercent });
  }
  const cases = readCircleCases();
  const inTheFit: CaseValidation[] = [];
  for (const reference of cases) inTheFit.push(await validateCircle(rayTraceEngine, reference, cases));
  return { leftOut, everySetting, inTheFit };
}
