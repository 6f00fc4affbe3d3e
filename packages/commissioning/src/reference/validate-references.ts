import { InvalidInputError, type RunControl, throwIfCancelled, type Warning } from "@isodose/core";
import { outputFactors, type ScalarScore } from "./output-factors.ts";
import type { ComputedReference, ReferenceEngine } from "./reference-engine.ts";
import type { PhotonReference, ReferenceFile } from "./reference-file.ts";
import { type CurveScore, scoreCurve } from "./score-curve.ts";
import { scoreScalars } from "./score-scalars.ts";
import { scoreVolume, type VolumeScore } from "./score-volume.ts";
import { ENGINE_TOLERANCES, type EngineTolerance } from "./tolerances.ts";

/** One case under one engine. */
export interface CaseReport {
  readonly id: string;
  readonly title: string;
  /** "none" where no engine applies. */
  readonly engine: string;
  readonly pass: boolean;
  /** Why it fails, in words; empty if it passes. */
  readonly failures: readonly string[];
  /** Points of all curves that count, and those among them that pass, %. */
  readonly points: number;
  readonly passPercent: number;
  readonly seconds: number;
  readonly settings: string;
  readonly curves: readonly CurveScore[];
  readonly volumes: readonly VolumeScore[];
  readonly scalars: readonly ScalarScore[];
  readonly notCompared: readonly { readonly what: string; readonly why: string }[];
  readonly warnings: readonly Warning[];
}

/** A case that an engine asked for by name was not run on. */
export interface SkippedCase {
  readonly id: string;
  readonly engine: string;
  readonly reason: string;
}

/** All cases of one engine together. */
export interface EngineReport {
  readonly engine: string;
  readonly cases: number;
  readonly points: number;
  readonly passPercent: number;
  readonly wantedPercent: number;
  /** What was asked for, in words. */
  readonly tolerance: string;
  readonly pass: boolean;
}

/** Every case under every engine that applies. */
export interface ReferenceReport {
  /** Something was compared, every case passes, and every engine over all cases. */
  readonly pass: boolean;
  readonly engines: readonly EngineReport[];
  readonly cases: readonly CaseReport[];
  readonly skipped: readonly SkippedCase[];
}

/** Options of {@link validateReferences}. */
export interface ReferenceValidationOptions extends RunControl {
  /** True: the engines were asked for by name, and cases that none of them is for are skipped; false (default): such a case fails. */
  readonly named?: boolean;
  /** Default 1. */
  readonly seed?: number;
  /** Part of the usual histories, (0, 1]. Default 1. */
  readonly effort?: number;
  /** By engine id. Default {@link ENGINE_TOLERANCES}. */
  readonly tolerances?: Readonly<Record<string, EngineTolerance>>;
  /** Called with what an engine found for a case, before it is scored: for pictures. */
  readonly onComputed?: (file: PhotonReference, engine: string, found: ComputedReference) => void;
  /** Seconds, for the time each case took. Default: no times (0). */
  readonly clockSeconds?: () => number;
}

interface ComputedEntry {
  readonly file: PhotonReference;
  readonly found: ComputedReference;
  readonly seconds: number;
}

/**
 * Run engines on reference cases and compare every curve, volume and scalar.
 * @throws InvalidInputError if there are no cases, an id stands twice, or an engine has no tolerance
 * @throws CancelledError
 */
export async function validateReferences(
  files: readonly ReferenceFile[],
  engines: readonly ReferenceEngine[],
  options: ReferenceValidationOptions = {},
): Promise<ReferenceReport> {
  const {
    named = false,
    seed = 1,
    effort = 1,
    tolerances = ENGINE_TOLERANCES,
    clockSeconds = () => 0,
  } = options;
  if (files.length === 0) throw new InvalidInputError("reference cases", 0, "at least one case");
  const ids = new Set<string>();
  for (const { id } of files) {
    if (ids.has(id)) throw new InvalidInputError("id", id, "an id that stands once");
    ids.add(id);
  }
  const cases: CaseReport[] = [];
  const skipped: SkippedCase[] = [];
  const overall: EngineReport[] = [];
  const total = files.length * engines.length;
  let done = 0;
  for (const engine of engines) {
    const tolerance = tolerances[engine.id];
    if (!tolerance)
      throw new InvalidInputError("engine", engine.id, `one of ${Object.keys(tolerances).join(", ")}`);
    const computed: ComputedEntry[] = [];
    for (const file of files) {
      throwIfCancelled(options.signal);
      options.onProgress?.({ stage: "validation", done: done++, total });
      const reason = engine.reasonAgainst(file);
      if (reason !== undefined || file.particle !== "photon") {
        skipped.push({ id: file.id, engine: engine.id, reason: reason ?? "for photons" });
        continue;
      }
      const started = clockSeconds();
      const found = await engine.compute(file, {
        files,
        seed,
        effort,
        ...(options.signal && { signal: options.signal }),
      });
      options.onComputed?.(file, engine.id, found);
      computed.push({ file, found, seconds: clockSeconds() - started });
    }
    const factors = outputFactors(
      computed.map(({ file, found }) => ({ file, curves: found.curves })),
      tolerance,
    );
    for (const [i, entry] of computed.entries())
      cases.push(await scoreCase(entry, engine.id, tolerance, factors[i]!, options));
    if (computed.length > 0) overall.push(engineReport(engine.id, cases, tolerance));
  }
  options.onProgress?.({ stage: "validation", done: total, total });
  const compared = new Set(cases.map((one) => one.id));
  if (!named) for (const file of files) if (!compared.has(file.id)) cases.push(notCompared(file, skipped));
  const pass = cases.length > 0 && [...cases, ...overall].every((one) => one.pass);
  return { pass, engines: overall, cases, skipped };
}

function engineReport(engine: string, all: readonly CaseReport[], tolerance: EngineTolerance): EngineReport {
  const own = all.filter((one) => one.engine === engine);
  const curves = own.flatMap((one) => one.curves);
  const points = curves.reduce((sum, c) => sum + c.points, 0);
  const passPercent = points === 0 ? 100 : (100 * curves.reduce((sum, c) => sum + c.passed, 0)) / points;
  return {
    engine,
    cases: own.length,
    points,
    passPercent,
    wantedPercent: tolerance.overallPassPercent,
    tolerance: tolerance.words,
    pass: passPercent >= tolerance.overallPassPercent,
  };
}

function notCompared(file: ReferenceFile, skipped: readonly SkippedCase[]): CaseReport {
  const reasons = skipped.filter((s) => s.id === file.id).map((s) => `${s.engine}: ${s.reason}`);
  return {
    id: file.id,
    title: file.title,
    engine: "none",
    pass: false,
    failures: [`nothing compared: no engine applies (${reasons.join("; ")})`],
    points: 0,
    passPercent: 0,
    seconds: 0,
    settings: "",
    curves: [],
    volumes: [],
    scalars: [],
    notCompared: [{ what: "case", why: reasons.join("; ") }],
    warnings: file.warnings,
  };
}

async function scoreCase(
  { file, found, seconds }: ComputedEntry,
  engine: string,
  tolerance: EngineTolerance,
  factors: readonly ScalarScore[],
  control: RunControl,
): Promise<CaseReport> {
  const left: { what: string; why: string }[] = [];
  const curves: CurveScore[] = [];
  file.curves.forEach((curve, i) => {
    const computed = found.curves[i]!;
    if (typeof computed === "string") left.push({ what: `curve ${curve.name}`, why: computed });
    else curves.push(scoreCurve(file, curve, computed, tolerance));
  });
  const volumes: VolumeScore[] = [];
  for (const [i, volume] of file.volumes.entries()) {
    const computed = found.volumes[i]!;
    if (typeof computed === "string") left.push({ what: `volume ${volume.name}`, why: computed });
    else
      volumes.push(
        await scoreVolume(file, volume, computed, control.signal ? { signal: control.signal } : {}),
      );
  }
  const own = scoreScalars(file, found.volumes);
  const scalars = [...factors, ...own.scalars];
  left.push(...own.notCompared);
  const points = curves.reduce((sum, curve) => sum + curve.points, 0);
  const passPercent = points === 0 ? 0 : (100 * curves.reduce((sum, c) => sum + c.passed, 0)) / points;
  const failures = [
    ...curves.flatMap((c) => c.failures.map((f) => `${c.name}: ${f}`)),
    ...volumes
      .filter((v) => !v.pass)
      .map((v) => `${v.name}: ${v.passPercent.toFixed(1)} % pass, ${v.wantedPercent} % are asked for`),
    ...scalars.filter((s) => !s.pass).map((s) => `${s.name}: ${s.value}, expected ${s.expected}`),
  ];
  if (points > 0 && passPercent < tolerance.casePassPercent)
    failures.unshift(
      `${passPercent.toFixed(1)} % of the points pass, ${tolerance.casePassPercent} % are asked for`,
    );
  if (points === 0 && volumes.length === 0 && scalars.length === 0) failures.unshift("nothing compared");
  return {
    id: file.id,
    title: file.title,
    engine,
    pass: failures.length === 0,
    failures,
    points,
    passPercent,
    seconds,
    settings: found.settings,
    curves,
    volumes,
    scalars,
    notCompared: left,
    warnings: [...file.warnings, ...found.warnings],
  };
}
