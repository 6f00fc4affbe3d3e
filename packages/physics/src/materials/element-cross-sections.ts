import {
  COHERENT_BARN,
  COMPTON_DEFICIT,
  FIRST_PAIR_INDEX,
  LOW_ENERGY_COUNT,
  PAIR_BARN,
  PHOTOELECTRIC_BARN,
  TABLE_ENERGIES_MEV,
} from "./element-photon-table.ts";
import { ELECTRON_REST_MEV, kleinNishinaBarn } from "./klein-nishina.ts";
import { splineAt, splineSecondDerivatives } from "./natural-cubic-spline.ts";

/** Energy at which a photon can make a pair, MeV. */
export const PAIR_THRESHOLD_MEV = 2 * ELECTRON_REST_MEV;

/** Above 1 MeV the deficit of bound electrons falls about so; it is below 0.2 % there in every element up to zinc. */
const DEFICIT_POWER = -1.3;

/** A table of one element: log of the values over log E. */
interface LogTable {
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly second: Float64Array;
}

const LOG_ENERGIES = TABLE_ENERGIES_MEV.map(Math.log);

function logTable(values: readonly number[], from: number): LogTable {
  const x = LOG_ENERGIES.slice(from, from + values.length);
  const y = values.map(Math.log);
  return { x, y, second: splineSecondDerivatives(x, y) };
}

function tables(rows: readonly (readonly number[])[], from = 0): readonly LogTable[] {
  return rows.map((row) => logTable(row, from));
}

/** (1 − 2mc²/E)³, the steep part of the pair cross section near its threshold. */
function pairThresholdFactor(energyMeV: number): number {
  return Math.max(0, 1 - PAIR_THRESHOLD_MEV / energyMeV) ** 3;
}

const photoelectric = tables(PHOTOELECTRIC_BARN);
const coherent = tables(COHERENT_BARN);
const deficit = tables(COMPTON_DEFICIT);
const pair = tables(
  PAIR_BARN.map((row) =>
    row.map((v, i) => v / pairThresholdFactor(TABLE_ENERGIES_MEV[FIRST_PAIR_INDEX + i]!)),
  ),
  FIRST_PAIR_INDEX,
);
const LOG_LOW_END = LOG_ENERGIES[LOW_ENERGY_COUNT - 1]!;

function valueAt(table: LogTable, logEnergy: number): number {
  return Math.exp(splineAt(table.x, table.y, table.second, logEnergy));
}

/** Photoelectric cross section, barn per atom. */
export function photoelectricBarn(atomicNumber: number, energyMeV: number): number {
  return valueAt(photoelectric[atomicNumber - 1]!, Math.log(energyMeV));
}

/** Coherent (Rayleigh) cross section, barn per atom; falls as E⁻² above 1 MeV. */
export function coherentBarn(atomicNumber: number, energyMeV: number): number {
  const table = coherent[atomicNumber - 1]!;
  const logEnergy = Math.log(energyMeV);
  if (logEnergy <= LOG_LOW_END) return valueAt(table, logEnergy);
  return Math.exp(table.y[LOW_ENERGY_COUNT - 1]! - 2 * (logEnergy - LOG_LOW_END));
}

/** Cross section of pair production in the fields of nucleus and electrons, barn per atom; 0 below 2 mc². */
export function pairBarn(atomicNumber: number, energyMeV: number): number {
  if (energyMeV <= PAIR_THRESHOLD_MEV) return 0;
  return pairThresholdFactor(energyMeV) * valueAt(pair[atomicNumber - 1]!, Math.log(energyMeV));
}

/** Share of the Klein–Nishina cross section that binding takes away. */
export function comptonDeficit(atomicNumber: number, energyMeV: number): number {
  const table = deficit[atomicNumber - 1]!;
  const logEnergy = Math.log(energyMeV);
  if (logEnergy <= LOG_LOW_END) return valueAt(table, logEnergy);
  return Math.exp(table.y[LOW_ENERGY_COUNT - 1]! + DEFICIT_POWER * (logEnergy - LOG_LOW_END));
}

/** Compton cross section with bound electrons, barn per atom: Z · σ_KN · (1 − deficit). */
export function comptonBarn(atomicNumber: number, energyMeV: number): number {
  return atomicNumber * kleinNishinaBarn(energyMeV) * (1 - comptonDeficit(atomicNumber, energyMeV));
}
