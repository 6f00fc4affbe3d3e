import {
  BACKEND_IDS,
  type BackendId,
  type DoseEngine,
  type EngineId,
  type TransportEngine,
  UnsupportedError,
} from "@isodose/core";

/** An engine of either kind. */
export type AnyEngine = DoseEngine | TransportEngine;

interface EngineEntry {
  readonly title: string;
  /** What may be computed with it, and where it stops being right. */
  readonly validity: string;
  readonly backends: Readonly<Partial<Record<BackendId, () => Promise<AnyEngine>>>>;
}

/** Every engine and the backends that it runs on. An engine is added by one line here. */
export const ENGINES: Readonly<Record<EngineId, EngineEntry>> = Object.freeze({
  "ray-trace": {
    title: "Ray tracing: TPR, off-axis ratio, output factor and inverse square at radiological depth",
    validity: "water-like tissue; errs by several percent in and behind lung, bone interfaces and metal",
    backends: { reference: () => import("@isodose/dose").then((m) => m.rayTraceEngine) },
  },
  "collapsed-cone": {
    title: "Collapsed cone: TERMA by energy group, EGSnrc kernels on 48 to 96 directions, density scaled",
    validity: "2 % or 1 mm in water and behind bone; up to 8 % just inside lung, more at the faces of metal",
    backends: { reference: () => import("@isodose/dose").then((m) => m.collapsedConeEngine) },
  },
  "monte-carlo": {
    title: "Monte Carlo of photons, electrons and positrons in voxels, dose to medium",
    validity: "any tissue and titanium, within its standard error and about 1 %",
    backends: { reference: () => import("@isodose/dose").then((m) => m.monteCarloEngine) },
  },
});

/** One row of `isodose engines`. */
export interface EngineRow {
  readonly id: EngineId;
  readonly title: string;
  readonly validity: string;
  readonly backends: readonly {
    readonly id: BackendId;
    readonly available: boolean;
    readonly reason: string;
  }[];
}

/** The engines, and for each backend whether it can be used here, or why not. */
export function listEngines(): EngineRow[] {
  return (Object.keys(ENGINES) as EngineId[]).map((id) => ({
    id,
    title: ENGINES[id].title,
    validity: ENGINES[id].validity,
    backends: BACKEND_IDS.map((backend) => {
      if (backend === "auto")
        return { id: backend, available: true, reason: `takes ${automaticBackend(id)}` };
      const available = ENGINES[id].backends[backend] !== undefined;
      return {
        id: backend,
        available,
        reason: available ? "plain TypeScript, any machine" : "this version has no such backend",
      };
    }),
  }));
}

/** The fastest backend of an engine that works here. */
export function automaticBackend(engine: EngineId): BackendId {
  return Object.keys(ENGINES[engine].backends)[0] as BackendId;
}

/** Load an engine. @throws UnsupportedError if it has no such backend: never another one in its place */
export async function loadEngine(
  engine: EngineId,
  backend: BackendId,
): Promise<{ engine: AnyEngine; backend: BackendId }> {
  const chosen = backend === "auto" ? automaticBackend(engine) : backend;
  const load = ENGINES[engine].backends[chosen];
  if (!load) {
    const known = Object.keys(ENGINES[engine].backends).join(", ");
    throw new UnsupportedError(`backend ${chosen} of engine ${engine}`, `expected one of auto, ${known}`);
  }
  return { engine: await load(), backend: chosen };
}

/** The engine that computes single points, which weights are optimised on. */
export async function loadPointEngine(): Promise<DoseEngine> {
  const { rayTraceEngine } = await import("@isodose/dose");
  return rayTraceEngine;
}
