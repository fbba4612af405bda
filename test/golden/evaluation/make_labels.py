"""Golden values for test/evaluation/label-quality.test.ts, from cleanlab 2. Run as make.py is (cleanlab, numpy, scipy)."""

import json
import pathlib

import numpy as np
from cleanlab.filter import find_label_issues
from scipy import special

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(50)


def case(classes, n, wrong):
    true = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    logits = rng.normal(size=(n, classes)) * 1.2
    logits[np.arange(n), true] += 2.5
    given = true.copy()
    moved = rng.choice(n, wrong, replace=False)
    given[moved] = (true[moved] + rng.integers(1, classes, wrong)) % classes
    p = np.round(special.softmax(logits, axis=1), 6)
    p[:, 0] += 1 - p.sum(axis=1)
    p = np.round(p, 6)
    ranked = find_label_issues(
        given, p, filter_by="confident_learning", return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return {
        "classes": classes,
        "labels": given.tolist(),
        "probabilities": p.ravel().tolist(),
        "ranked": [int(i) for i in ranked],
    }


(here / "labels.json").write_text(json.dumps({"cases": [case(2, 60, 6), case(5, 150, 12), case(12, 300, 25)]}) + "\n")
