"""One fit of scikit-learn's forest on one thread: arguments folder, values in a row, seed; prints JSON."""
import json
import sys
import time
from pathlib import Path

import numpy as np
from sklearn.ensemble import RandomForestClassifier

folder, size, seed = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])


def part(name):
    return np.fromfile(folder / f"{name}.f32", "<f4").reshape(-1, size), np.fromfile(folder / f"{name}.i32", "<i4")


x, y = part("train")
RandomForestClassifier(5, n_jobs=1).fit(x, y)  # warms up
started, cpu = time.perf_counter(), time.process_time()
forest = RandomForestClassifier(100, n_jobs=1, random_state=seed).fit(x, y)
seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "accuracy": forest.score(*part("test"))}))
