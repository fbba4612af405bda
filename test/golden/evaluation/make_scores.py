"""Golden values for test/evaluation/scores.test.ts, from scikit-learn, statsmodels and numpy. Run as make.py is."""

import json
import pathlib

import numpy as np
from scipy import special
from sklearn import metrics, preprocessing
from statsmodels.stats.multitest import multipletests

here = pathlib.Path(__file__).parent
rng = np.random.default_rng(18)


def case(classes, n, never=()):
    actual = np.concatenate([np.arange(classes), rng.integers(0, classes, n - classes)])
    logits = rng.normal(size=(n, classes)) * 1.5
    logits[np.arange(n), actual] += 1.2
    logits[:, list(never)] = -9
    p = special.softmax(logits, axis=1)
    p = np.round(p, 3)  # ties
    p[:, 0] += 1 - p.sum(axis=1)
    p = np.round(p, 6)
    predicted = p.argmax(axis=1)
    one_hot = preprocessing.label_binarize(actual, classes=range(classes))
    if classes == 2:
        one_hot = np.hstack([1 - one_hot, one_hot])
    each = [metrics.roc_auc_score(one_hot[:, c], p[:, c]) for c in range(classes)]
    support = one_hot.sum(axis=0)
    return {
        "labels": actual.tolist(),
        "probabilities": np.round(p, 6).ravel().tolist(),
        "classes": classes,
        "scores": {
            "accuracy": metrics.accuracy_score(actual, predicted),
            "balanced accuracy": metrics.balanced_accuracy_score(actual, predicted),
            "macro precision": metrics.precision_score(actual, predicted, average="macro", zero_division=0),
            "macro precision, never predicted = 1": metrics.precision_score(
                actual, predicted, average="macro", zero_division=1
            ),
            "macro recall": metrics.recall_score(actual, predicted, average="macro", zero_division=0),
            "macro F1": metrics.f1_score(actual, predicted, average="macro", zero_division=0),
            "weighted F1": metrics.f1_score(actual, predicted, average="weighted", zero_division=0),
            "top 5": metrics.top_k_accuracy_score(actual, p, k=5, labels=range(classes)) if classes > 5 else 1.0,
            "Matthews": metrics.matthews_corrcoef(actual, predicted),
            "kappa": metrics.cohen_kappa_score(actual, predicted),
            "ROC AUC, macro": float(np.mean(each)),
            "ROC AUC, weighted": float(np.average(each, weights=support)),
            "average precision": float(
                np.mean([metrics.average_precision_score(one_hot[:, c], p[:, c]) for c in range(classes)])
            ),
            "log loss": float(-np.log(np.maximum(p[np.arange(n), actual], np.finfo(float).eps)).mean()),
            "Brier": float(((p - one_hot) ** 2).sum(axis=1).mean()),
        },
    }


p_values = [0.01, 0.04, 0.03, 0.2, 0.0004, 0.03]
counts, errors = [2, 4, 8, 16, 32], [0.5, 0.37, 0.3, 0.21, 0.17]
slope, intercept = np.polyfit(np.log(counts), np.log(errors), 1)
golden = {
    "cases": [case(2, 30), case(7, 80, never=(3,)), case(20, 200, never=(5, 11))],
    "holm": {"given": p_values, "corrected": multipletests(p_values, method="holm")[1].tolist()},
    "powerLaw": {"counts": counts, "errors": errors, "exponent": -slope, "scale": float(np.exp(intercept))},
}
(here / "scores.json").write_text(json.dumps(golden) + "\n")
