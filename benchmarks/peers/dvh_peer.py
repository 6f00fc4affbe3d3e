"""DVH of every structure of an RTSTRUCT on an RTDOSE by dicompyler-core: prints volumes, metrics and the CPU time of each.

usage: python dvh_peer.py RTSTRUCT RTDOSE
"""
import json
import sys
import time
import warnings
from importlib.metadata import version

import numpy as np
import pydicom
from dicompylercore import dvhcalc

if not hasattr(np, "trapz"):
    np.trapz = np.trapezoid
warnings.simplefilter("ignore")
structures, dose = pydicom.dcmread(sys.argv[1]), pydicom.dcmread(sys.argv[2])
rows = {}
for roi in structures.StructureSetROISequence:
    before = time.process_time()
    try:
        dvh = dvhcalc.get_dvh(structures, dose, int(roi.ROINumber))
        row = {"volumeCc": float(dvh.volume), "meanGy": float(dvh.mean), "maxGy": float(dvh.max), "minGy": float(dvh.min)}
        for metric in ("D95", "D50", "D2"):
            row[f"{metric}%"] = float(getattr(dvh, metric).value) if dvh.volume else None
        row["D0.035cc"] = float(dvh.statistic("D0.035cc").value) if dvh.volume else None
    except Exception as error:  # what it cannot do is part of the comparison
        row = {"error": f"{type(error).__name__}: {error}"}
    rows[str(roi.ROIName)] = {**row, "cpuSeconds": time.process_time() - before}
print(json.dumps({"version": version("dicompyler-core"), "structures": rows}))
