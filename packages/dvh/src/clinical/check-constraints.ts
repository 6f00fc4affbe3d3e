import { type DvhCurve, InvalidInputError, isLibraryError, nearestName, type Warning } from "@isodose/core";
import { evaluateMetric, parseMetric } from "../metric.ts";
import { CLINICAL_NOTICE } from "./clinical-notice.ts";
import type { ConstraintSetName, DoseConstraint } from "./constraint.ts";
import { CONSTRAINT_SETS, constraintFits } from "./constraint-sets.ts";
import { ORGAN_ALIASES, type OrganName, organOfStructure, SURROGATES } from "./organs.ts";

/** "near": kept, but by less than the stated band. */
export type ConstraintVerdict = "pass" | "near" | "fail" | "not applicable";

/** One limit read on one structure. */
export interface ConstraintRow {
  readonly structure: string;
  readonly constraint: DoseConstraint;
  /** In the constraint's unit; absent where not applicable. */
  readonly value?: number;
  readonly limit: number;
  /** value ÷ limit; limit ÷ value where at least so much is asked. Above 1 is a failure. Absent where not applicable. */
  readonly ratio?: number;
  readonly verdict: ConstraintVerdict;
  /** Why not applicable, or what to keep in mind: another structure stood in, part of it outside the dose grid. */
  readonly remark?: string;
}

export interface ConstraintCheckRequest {
  readonly curves: readonly DvhCurve[];
  /** Of the whole course, ≥ 1. The curves are of the whole course too. */
  readonly fractions: number;
  /** Tables to use. Default: all of CONSTRAINT_SETS. */
  readonly sets?: readonly ConstraintSetName[];
  /** Limits of one's own, besides the tables. */
  readonly constraints?: readonly DoseConstraint[];
  /** Gy, of the whole course. Needed for limits in % of it and to tell conventional fractionation. */
  readonly prescriptionGy?: number;
  /** Which organ a structure is, where its name does not say so; null: none. */
  readonly organs?: Readonly<Record<string, OrganName | null>>;
  /** Width of the "near" band, as a part of the limit, 0 ≤ f < 1. Default 0.05: within 5 % of the limit. */
  readonly nearFraction?: number;
}

export interface ConstraintCheck {
  readonly notice: typeof CLINICAL_NOTICE;
  readonly fractions: number;
  readonly nearFraction: number;
  readonly rows: readonly ConstraintRow[];
  readonly counts: Readonly<Record<ConstraintVerdict, number>>;
  /** Organs with limits for this number of fractions, but no structure of theirs. */
  readonly organsWithoutStructure: readonly OrganName[];
  /** Structures whose name means no organ of the tables. */
  readonly structuresWithoutOrgan: readonly string[];
  readonly warnings: readonly Warning[];
}

/**
 * Read every dose–volume limit for this number of fractions on the structures it is for.
 *
 *   at most: ratio = value / limit        at least: ratio = limit / value
 *   fail: ratio > 1    near: 1 − nearFraction < ratio ≤ 1    pass: else
 *
 * Structures are matched to organs by name ({@link organOfStructure}) unless `organs` says otherwise. Where an organ was not
 * drawn, a structure that contains it may stand in (SURROGATES): the row says so. A number of fractions for which a table has
 * no limits is a warning, not a guess. Limits are reading aids for research and teaching, not a judgement of a plan.
 *
 * @throws InvalidInputError if there is no curve, `fractions` is no whole number ≥ 1, or a set, organ or metric is unknown
 */
export function checkConstraints(request: ConstraintCheckRequest): ConstraintCheck {
  const { curves, fractions, prescriptionGy, nearFraction = 0.05 } = request;
  validate(request, nearFraction);
  const names = request.sets ?? (Object.keys(CONSTRAINT_SETS) as ConstraintSetName[]);
  const warnings: Warning[] = [];
  const limits: DoseConstraint[] = [...(request.constraints ?? [])].filter((c) =>
    constraintFits(c, fractions, prescriptionGy),
  );
  for (const name of names) {
    const fitting = CONSTRAINT_SETS[name].filter((c) => constraintFits(c, fractions, prescriptionGy));
    if (fitting.length === 0) warnings.push(noLimits(name, fractions));
    limits.push(...fitting);
  }

  const byOrgan = new Map<OrganName, DvhCurve[]>();
  const structuresWithoutOrgan: string[] = [];
  for (const curve of curves) {
    const named = request.organs?.[curve.structure];
    const organ = named === undefined ? organOfStructure(curve.structure) : (named ?? undefined);
    if (organ === undefined) structuresWithoutOrgan.push(curve.structure);
    else byOrgan.set(organ, [...(byOrgan.get(organ) ?? []), curve]);
  }

  const rows: ConstraintRow[] = [];
  const organsWithoutStructure = new Set<OrganName>();
  for (const limit of limits) {
    const found = structuresFor(limit.organ, byOrgan);
    if (found === undefined) organsWithoutStructure.add(limit.organ);
    for (const curve of found?.curves ?? [])
      rows.push(readRow(curve, limit, nearFraction, prescriptionGy, found?.remark));
  }
  const counts = { pass: 0, near: 0, fail: 0, "not applicable": 0 };
  for (const row of rows) counts[row.verdict]++;
  const unverified = rows.filter((row) => row.constraint.provenance === "unverified default").length;
  if (unverified > 0)
    warnings.push({
      code: "UNVERIFIED_LIMITS",
      message: `${unverified} of ${rows.length} rows use limits labelled "unverified default"`,
    });
  return {
    notice: CLINICAL_NOTICE,
    fractions,
    nearFraction,
    rows,
    counts,
    organsWithoutStructure: [...organsWithoutStructure],
    structuresWithoutOrgan,
    warnings,
  };
}

function validate(request: ConstraintCheckRequest, nearFraction: number): void {
  const { curves, fractions, prescriptionGy } = request;
  if (!(Array.isArray(curves) && curves.length > 0))
    throw new InvalidInputError("curves", curves, "at least one DVH curve");
  if (!(Number.isInteger(fractions) && fractions >= 1))
    throw new InvalidInputError("fractions", fractions, "a whole number, at least 1");
  if (!(nearFraction >= 0 && nearFraction < 1))
    throw new InvalidInputError("nearFraction", nearFraction, "a part of the limit from 0 to below 1");
  if (prescriptionGy !== undefined && !(prescriptionGy > 0))
    throw new InvalidInputError("prescriptionGy", prescriptionGy, "a dose > 0 Gy");
  const oneOf = (field: string, value: string, known: readonly string[]) => {
    if (known.includes(value)) return;
    const near = nearestName(value, known);
    throw new InvalidInputError(
      field,
      value,
      `one of ${known.join(", ")}${near === undefined ? "" : ` (did you mean ${near}?)`}`,
    );
  };
  for (const own of request.constraints ?? []) {
    parseMetric(own.metric);
    oneOf("constraints.organ", own.organ, Object.keys(ORGAN_ALIASES));
    if (!(Number.isFinite(own.limit) && own.limit > 0))
      throw new InvalidInputError("constraints.limit", own.limit, "a number > 0");
  }
  for (const set of request.sets ?? []) oneOf("sets", set, Object.keys(CONSTRAINT_SETS));
  for (const [structure, organ] of Object.entries(request.organs ?? {})) {
    if (organ !== null) oneOf(`organs.${structure}`, organ, Object.keys(ORGAN_ALIASES));
  }
}

function noLimits(name: ConstraintSetName, fractions: number): Warning {
  const has = [...new Set(CONSTRAINT_SETS[name].map((c) => c.fractions))];
  const counts = has.filter((n) => n !== "conventional").join(", ");
  const conventional = has.includes("conventional")
    ? " fractions and 1.8–2 Gy a fraction (give prescriptionGy)"
    : " fractions";
  return {
    code: "NO_LIMITS_FOR_FRACTIONS",
    message: `${name} has limits for ${counts}${conventional}, none for this course of ${fractions}; no limit was interpolated`,
  };
}

function structuresFor(
  organ: OrganName,
  byOrgan: ReadonlyMap<OrganName, readonly DvhCurve[]>,
): { readonly curves: readonly DvhCurve[]; readonly remark?: string } | undefined {
  const own = byOrgan.get(organ);
  if (own) return { curves: own };
  for (const surrogate of SURROGATES[organ] ?? []) {
    const curves = byOrgan.get(surrogate.organ);
    if (curves) return { curves, remark: `read for the ${organ}, which was not drawn: ${surrogate.effect}` };
  }
  return undefined;
}

function readRow(
  curve: DvhCurve,
  limit: DoseConstraint,
  nearFraction: number,
  prescriptionGy: number | undefined,
  surrogate: string | undefined,
): ConstraintRow {
  const remarks = surrogate === undefined ? [] : [surrogate];
  const row = { structure: curve.structure, constraint: limit, limit: limit.limit };
  const notApplicable = (why: string): ConstraintRow => ({
    ...row,
    verdict: "not applicable",
    remark: [why, ...remarks].join("; "),
  });
  const spared = limit.comparison === "at least";
  if (spared && limit.unit === "cc" && curve.volumeCc < limit.limit)
    return notApplicable(
      `${curve.structure} holds ${Number(curve.volumeCc.toPrecision(4))} cc, less than the ${limit.limit} cc to be spared`,
    );
  let value: number;
  try {
    value = evaluateMetric(curve, limit.metric, prescriptionGy === undefined ? {} : { prescriptionGy });
  } catch (error) {
    if (isLibraryError(error, "InvalidInputError")) return notApplicable(error.message);
    throw error;
  }
  if (!Number.isFinite(value)) return notApplicable(`${limit.metric} of ${curve.structure} does not exist`);
  if (curve.volumeOutsideDoseGridCc > 0)
    remarks.push(`${Number(curve.volumeOutsideDoseGridCc.toPrecision(3))} cc lie outside the dose grid`);
  const ratio = spared ? limit.limit / value : value / limit.limit;
  return {
    ...row,
    value,
    ratio,
    verdict: ratio > 1 ? "fail" : ratio > 1 - nearFraction ? "near" : "pass",
    ...(remarks.length === 0 ? {} : { remark: remarks.join("; ") }),
  };
}
