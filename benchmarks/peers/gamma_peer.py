"""Gamma of two doses by pymedphys: reads request.json and two float32 files, prints what it found and the CPU time.

usage: python gamma_peer.py FOLDER
"""
import json
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pymedphys

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
request = json.loads((folder / "request.json").read_text())
shape = request["size"][::-1]


def axes(origin):
    return tuple(o + s * np.arange(n) for o, s, n in zip(origin[::-1], request["spacingMm"][::-1], shape))


def dose(name):
    return np.fromfile(folder / name, dtype="<f4").reshape(shape).astype(float)


def gamma(size):
    part = (slice(0, size),) * 3
    cut = lambda a: tuple(x[:size] for x in a)
    return pymedphys.gamma(
        cut(axes(request["referenceOriginMm"])), dose("reference.f32")[part],
        cut(axes(request["evaluatedOriginMm"])), dose("evaluated.f32")[part],
        dose_percent_threshold=request["dosePercent"],
        distance_mm_threshold=request["distanceMm"],
        lower_percent_dose_cutoff=request["cutoffPercent"],
        global_normalisation=request["normalisationGy"],
        interp_fraction=request["interpFraction"],
        max_gamma=request["maxGamma"],
        quiet=True,
    )


gamma(12)  # compiles what it compiles
before, began = time.process_time(), time.perf_counter()
found = gamma(max(shape))
seconds, wall = time.process_time() - before, time.perf_counter() - began
found.astype("<f4").tofile(folder / "gamma.f32")
valid = found[~np.isnan(found)]
print(json.dumps({
    "cpuSeconds": seconds, "wallSeconds": wall, "version": pymedphys.__version__,
    "evaluatedPoints": int(valid.size), "passPercent": float(100 * np.mean(valid <= 1)), "meanGamma": float(valid.mean()),
}))
