"""Makes the fixtures in this folder with SciPy's own MAT writer. In a throw-away virtual environment:

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scipy
    /tmp/golden/bin/python test/golden/dataset/make_golden.py && gcc -o /tmp/x test/golden/dataset/xoshiro.c && /tmp/x

Made with SciPy 1.17.1.
"""
import pathlib

import numpy as np
import scipy.io

here = pathlib.Path(__file__).parent
files = ["n01-Ashé/n01_1.jpg", "n01-Ashé/n01_22.jpg", "n02-B/n02_333.jpg"]
cell = np.empty((3, 1), dtype=object)
for i, file in enumerate(files):
    cell[i, 0] = file
variables = {"file_list": cell, "labels": np.array([[1], [1], [2]], dtype=np.uint8), "x": np.array([[1.5, -2.0, 3e9]])}
scipy.io.savemat(here / "plain.mat", variables)
scipy.io.savemat(here / "compressed.mat", variables, do_compression=True)
scipy.io.savemat(here / "struct.mat", {"s": {"a": 1}})

# the lists of stanford-layout.test.ts: n00000002_4.jpg is in no archive there
for name, listed in {
    "train_list.mat": ["n00000001-Ash/n00000001_1.jpg", "n00000002-B/n00000002_3.jpg", "n00000002-B/n00000002_4.jpg"],
    "test_list.mat": ["n00000001-Ash/n00000001_22.jpg"],
}.items():
    cell = np.empty((len(listed), 1), dtype=object)
    cell[:, 0] = listed
    scipy.io.savemat(here / name, {"file_list": cell}, do_compression=True)
