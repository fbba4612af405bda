"""Golden values for test/evaluation/reports.test.ts, from scikit-learn 1.9. Run as make.py is."""

import json
import pathlib
import warnings

import numpy as np
from sklearn.metrics import classification_report, precision_recall_fscore_support

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(7)
NAMES = ["beagle", "pug", "Irish wolfhound", "dhole", "komondor"]


def averages(actual, predicted, **options):
    found = {}
    for average in (None, "micro", "macro", "weighted"):
        p, r, f, _ = precision_recall_fscore_support(actual, predicted, average=average, **options)
        values = [np.asarray(x, dtype=float).tolist() for x in (p, r, f)]
        found[average or "classes"] = [
            [None if np.isnan(v) else v for v in x] if isinstance(x, list) else (None if np.isnan(x) else x)
            for x in values
        ]
    return found


def case(name, actual, predicted, zero_division=0, weights=None, labels=None, beta=1, digits=2):
    actual, predicted = np.asarray(actual), np.asarray(predicted)
    given = list(range(5)) if labels is None else labels
    common = {"labels": given, "sample_weight": weights, "zero_division": zero_division}
    return {
        "name": name,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "zeroDivision": None if np.isnan(zero_division) else zero_division,
        "weights": None if weights is None else list(weights),
        "labels": labels,
        "beta": "Infinity" if np.isinf(beta) else beta,
        "digits": digits,
        "text": classification_report(
            actual, predicted, target_names=[NAMES[i] for i in given], digits=digits, **common
        ),
        "averages": averages(actual, predicted, beta=beta, **common),
    }


actual = np.concatenate([np.arange(5), rng.integers(0, 5, 35)])
predicted = np.where(rng.random(40) < 0.6, actual, rng.integers(0, 4, 40))
weights = np.round(rng.random(40) * 3, 2).tolist()
nan = float("nan")
cases = [
    case("plain", actual, predicted),
    case("no right answer", [0, 0, 1, 2], [1, 1, 0, 0]),
    case("no right answer, nan", [0, 0, 1, 2], [1, 1, 3, 3], nan),
    case("nothing predicted of what there is, nan", [0, 0, 0], [3, 3, 4], nan),
    case("nan", actual, predicted, nan),
    case("one", actual, predicted, 1),
    case("weights", actual, predicted, weights=weights),
    case("whole weights", actual, predicted, weights=[2] * 40),
    case("subset", actual, predicted, labels=[2, 0]),
    case("subset and weights, nan", actual, predicted, nan, weights, [4, 1]),
    case("F2", actual, predicted, beta=2),
    case("F0.5, four digits", actual, predicted, beta=0.5, digits=4),
    case("F0", actual, predicted, beta=0),
    case("Finf, weights", actual, predicted, weights=weights, beta=float("inf")),
]
(here / "reports.json").write_text(json.dumps({"names": NAMES, "cases": cases}) + "\n")
