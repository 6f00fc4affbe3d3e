"""Dose of one rectangular photon field in water by pyRadMC's Warp engine on the CPU: reads request.json, writes dose.f32 and sigma.f32
(x fastest, MeV/g per photon), prints the CPU time of the transport.

usage: python pyradmc_peer.py FOLDER
"""
import json
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
import pyradmc
import warp

warp.config.quiet = True
folder = Path(sys.argv[1])
request = json.loads((folder / "request.json").read_text())
nx, ny, nz = request["size"]
cm = request["spacingMm"] / 10
grid = pyradmc.VoxelGrid.uniform_water((nx, ny, nz), (cm, cm, cm))
middle = (nx * cm / 2, ny * cm / 2)
edges, weights = request["spectrumEdgesMeV"], request["spectrumNumbers"]
source = pyradmc.SpectralBeamSource(
    pyradmc.Spectrum(edges, weights),
    focal_point=(*middle, -request["sourceToSurfaceMm"] / 10),
    center=(*middle, 0.0),
    width_u=request["fieldMm"] / 10,
    width_v=request["fieldMm"] / 10,
)
tables = pyradmc.AnalyticCrossSections(geometry_densities=grid.max_density_by_material())
engine = pyradmc.WarpEngine(grid=grid, cross_sections=tables, device="cpu")


def run(histories, seed):
    return engine.run(source, histories, request["batches"], seed, pcut=request["photonMeV"], ecut=request["electronMeV"])


run(request["batches"] * 100, 1)  # compiles kernels and builds tables
before, began = time.process_time(), time.perf_counter()
result = run(request["histories"], request["seed"])
seconds, wall = time.process_time() - before, time.perf_counter() - began
# Tables and transfers are not transport: what a run of the fewest histories takes is taken off.
before = time.process_time()
run(request["batches"], 2)
overhead = time.process_time() - before
for name, values in (("dose", result.dose), ("sigma", result.dose_sigma)):
    np.ascontiguousarray(values.transpose(2, 1, 0)).astype("<f4").tofile(folder / f"{name}.f32")
print(json.dumps({
    "cpuSeconds": seconds - overhead, "overheadSeconds": overhead, "wallSeconds": wall, "version": version("pyradmc"),
    "provenance": result.provenance.summary(),
}))
