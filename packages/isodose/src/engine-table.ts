import {
  BACKEND_IDS,
  type BackendId,
  type DoseEngine,
  type EngineId,
  type TransportEngine,
  UnsupportedError,
  type Warning,
} from "@isodose/core";
import type { KernelWorkerApi, RayTraceWorkersOptions, WorkerPool } from "@isodose/dose-parallel";

/** An engine of either kind. */
export type AnyEngine = DoseEngine | TransportEngine;

/** Workers that dose engines run on: `doseWorkerThreads` of `isodose/node`, `doseWebWorkers` in a page. */
export type DosePool = WorkerPool<KernelWorkerApi>;

/** What backends may use. */
export interface EngineResources extends RayTraceWorkersOptions {
  /** Without it there is no backend `workers`. The caller closes it. */
  readonly pool?: DosePool | undefined;
}

interface BackendEntry {
  /** What it is, for the list of engines. */
  readonly title: string;
  /** Why it cannot be used here; undefined if it can. */
  readonly whyNot: (resources: EngineResources) => Promise<string | undefined>;
  readonly load: (resources: EngineResources) => Promise<AnyEngine>;
}

interface EngineEntry {
  readonly title: string;
  /** What may be computed with it, and where it stops being right. */
  readonly validity: string;
  readonly backends: Readonly<Partial<Record<BackendId, BackendEntry>>>;
}

/** Every engine and the backends that it runs on. An engine is added by one line here. */
export const ENGINES: Readonly<Record<EngineId, EngineEntry>> = Object.freeze({
  "ray-trace": {
    title: "Ray tracing: TPR, off-axis ratio, output factor and inverse square at radiological depth",
    validity: "water-like tissue; errs by several percent in and behind lung, bone interfaces and metal",
    backends: {
      reference: plainTypeScript(() => import("@isodose/dose").then((m) => m.rayTraceEngine)),
      wasm: {
        title: "WebAssembly SIMD, one thread",
        whyNot: () => import("@isodose/dose-parallel").then((m) => m.whyNoWasm()),
        load: () => import("@isodose/dose-parallel").then((m) => m.rayTraceWasmEngine),
      },
      workers: {
        title: "WebAssembly SIMD on worker threads",
        whyNot: async ({ pool }) =>
          pool === undefined
            ? "no workers were given: pass a pool"
            : (await import("@isodose/dose-parallel")).whyNoWasm(),
        load: ({ pool, ...memory }) =>
          import("@isodose/dose-parallel").then((m) => m.rayTraceInWorkers(pool!, memory)),
      },
    },
  },
  "collapsed-cone": {
    title: "Collapsed cone: TERMA by energy group, EGSnrc kernels on 48 to 96 directions, density scaled",
    validity: "2 % or 1 mm in water and behind bone; up to 8 % just inside lung, more at the faces of metal",
    backends: {
      reference: plainTypeScript(() => import("@isodose/dose").then((m) => m.collapsedConeEngine)),
    },
  },
  "monte-carlo": {
    title: "Monte Carlo of photons, electrons and positrons in voxels, dose to medium",
    validity: "any tissue and titanium, within its standard error and about 1 %",
    backends: {
      reference: plainTypeScript(() => import("@isodose/dose").then((m) => m.monteCarloEngine)),
    },
  },
});

/** From the fastest down. */
const BY_SPEED = ["workers", "wasm", "reference"] as const satisfies readonly BackendId[];

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
export function listEngines(resources: EngineResources = {}): Promise<EngineRow[]> {
  return Promise.all(
    (Object.keys(ENGINES) as EngineId[]).map(async (id) => ({
      id,
      title: ENGINES[id].title,
      validity: ENGINES[id].validity,
      backends: await Promise.all(
        BACKEND_IDS.map(async (backend) => {
          if (backend === "auto") {
            const { backend: chosen, reason } = await automaticBackend(id, resources);
            return { id: backend, available: true, reason: `takes ${chosen}: ${reason}` };
          }
          const entry = ENGINES[id].backends[backend];
          const whyNot = entry ? await entry.whyNot(resources) : "this version has no such backend";
          return { id: backend, available: whyNot === undefined, reason: whyNot ?? entry!.title };
        }),
      ),
    })),
  );
}

/** The fastest backend of an engine that works here, and why it and no faster one. */
export async function automaticBackend(
  engine: EngineId,
  resources: EngineResources = {},
): Promise<{ readonly backend: BackendId; readonly reason: string }> {
  const passed: string[] = [];
  for (const backend of BY_SPEED) {
    const entry = ENGINES[engine].backends[backend];
    if (!entry) continue;
    const whyNot =
      (await entry.whyNot(resources)) ??
      (backend === "workers" && resources.pool!.size === 1 ? "one worker is no faster" : undefined);
    if (whyNot === undefined) {
      const how = backend === "workers" ? `, on ${await describePool(resources.pool!)}` : "";
      const others = passed.length > 0 ? `; ${passed.join("; ")}` : "";
      return { backend, reason: `the fastest that works here${how}${others}` };
    }
    passed.push(`not ${backend}: ${whyNot}`);
  }
  return { backend: "reference", reason: "works everywhere" };
}

/**
 * Load an engine. Warnings say what of the machine or page makes it slower than it could be.
 * @throws UnsupportedError if it has no such backend, or that cannot be used here: never another one in its place
 */
export async function loadEngine(
  engine: EngineId,
  backend: BackendId,
  resources: EngineResources = {},
): Promise<{ engine: AnyEngine; backend: BackendId; warnings: Warning[] }> {
  const automatic = backend === "auto" ? await automaticBackend(engine, resources) : undefined;
  const chosen = automatic?.backend ?? backend;
  const entry = ENGINES[engine].backends[chosen];
  if (!entry) {
    const known = Object.keys(ENGINES[engine].backends).join(", ");
    throw new UnsupportedError(`backend ${chosen} of engine ${engine}`, `expected one of auto, ${known}`);
  }
  const whyNot = await entry.whyNot(resources);
  if (whyNot !== undefined) throw new UnsupportedError(`backend ${chosen} of engine ${engine}`, whyNot);
  const warnings: Warning[] = [];
  const { backends } = ENGINES[engine];
  if (automatic && chosen === "reference" && (backends.wasm || backends.workers))
    warnings.push({ code: "SLOW_BACKEND", message: `backend ${chosen}: ${automatic.reason}` });
  if (chosen === "workers" && !(await import("@isodose/dose-parallel")).hasSharedMemory()) {
    const message = `backend workers: ${MEMORY_NOT_SHARED}, so every worker has a copy of the density`;
    warnings.push({ code: "MEMORY_NOT_SHARED", message });
  }
  return { engine: await entry.load(resources), backend: chosen, warnings };
}

const MEMORY_NOT_SHARED = "memory cannot be shared in a page without the headers COOP and COEP";

async function describePool({ size }: DosePool): Promise<string> {
  const shared = (await import("@isodose/dose-parallel")).hasSharedMemory();
  return `${size} workers${shared ? " with shared memory" : `; ${MEMORY_NOT_SHARED}`}`;
}

/** Load the engine that computes single points, which weights are optimised on, on the fastest backend that works here. */
export async function loadPointEngine(resources: EngineResources = {}): Promise<DoseEngine> {
  return (await loadEngine("ray-trace", "auto", resources)).engine as DoseEngine;
}

function plainTypeScript(load: () => Promise<AnyEngine>): BackendEntry {
  return { title: "plain TypeScript, one thread, any machine", whyNot: async () => undefined, load };
}
