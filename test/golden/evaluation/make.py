"""Golden values for test/evaluation, from scikit-learn, scipy and statsmodels.

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install scikit-learn==1.9.1 scipy==1.17.1 statsmodels==0.15.0
    /tmp/golden/bin/python test/golden/evaluation/make.py
"""

import json
import pathlib
import warnings

import numpy as np
from scipy import optimize, special, stats
from sklearn import dummy, metrics, neighbors
from statsmodels.stats.contingency_tables import mcnemar

warnings.filterwarnings("ignore")
here = pathlib.Path(__file__).parent
rng = np.random.default_rng(20)


def scores(actual, predicted, classes, zero_division):
    def run(average):
        values = metrics.precision_recall_fscore_support(
            actual, predicted, labels=range(classes), average=average, zero_division=zero_division
        )
        return [None if v is None else np.nan_to_num(np.asarray(v, float), nan=-1).tolist() for v in values]

    return {average or "classes": run(average) for average in (None, "macro", "micro", "weighted")}


def classifier(classes, n, absent=(), never=()):
    """Labels and a classifier's scores, with classes that have no example and classes that are never predicted."""
    present = [c for c in range(classes) if c not in absent]
    actual = rng.choice(present, n)
    logits = rng.normal(size=(n, classes)) * 1.5
    logits[np.arange(n), actual] += 1.5
    logits[np.arange(n), (actual + 1) % classes] += 0.7
    logits[:, list(never)] = -9
    probabilities = np.round(special.softmax(logits, axis=1), 5)
    return actual, probabilities


def small():
    classes, n = 7, 160
    actual, probabilities = classifier(classes, n, absent=[5], never=[5, 2])
    predicted = probabilities.argmax(axis=1)
    names = ["pug", "beagle", "Irish_wolfhound", "flat-coated_retriever", "borzoi", "kuvasz", "papillon"]
    confidence = probabilities.max(axis=1)
    edges = np.linspace(0, 1, 16)
    which = np.digitize(confidence, edges, right=True) - 1
    gaps = [
        (np.sum(which == b) / n, abs(confidence[which == b].mean() - (predicted == actual)[which == b].mean()))
        for b in range(15)
        if np.any(which == b)
    ]
    logits = np.log(np.maximum(probabilities, 1e-5))
    nll = lambda beta: metrics.log_loss(actual, special.softmax(logits * beta, axis=1), labels=range(classes))
    beta = optimize.minimize_scalar(nll, bounds=(0.01, 100), method="bounded", options={"xatol": 1e-10}).x
    return {
        "classes": classes,
        "names": names,
        "actual": actual.tolist(),
        "probabilities": probabilities.ravel().tolist(),
        "predicted": predicted.tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "confusion": metrics.confusion_matrix(actual, predicted, labels=range(classes)).tolist(),
        "scores": {str(z): scores(actual, predicted, classes, z) for z in (0, 1, np.nan)},
        "report2": metrics.classification_report(
            actual, predicted, labels=range(classes), target_names=names, zero_division=0
        ),
        "report4": metrics.classification_report(
            actual, predicted, labels=range(classes), target_names=names, digits=4, zero_division=1
        ),
        "reportTies": metrics.classification_report(
            [0] * 8 + [1] * 8, [0] + [1] * 10 + [0] * 5, target_names=["pug", "beagle"]
        ),
        "topK": {
            str(k): metrics.top_k_accuracy_score(actual, probabilities, k=k, labels=range(classes)) for k in (1, 2, 3)
        },
        "logLoss": metrics.log_loss(actual, probabilities, labels=range(classes)),
        "expectedError": sum(share * gap for share, gap in gaps),
        "maximumError": max(gap for _, gap in gaps),
        "temperature": 1 / beta,
        "nllAtTemperature": nll(beta),
    }


def large():
    """120 classes: labels only, as the presentation's final test has them."""
    classes, n = 120, 2161
    actual = rng.integers(classes, size=n)
    predicted = np.where(rng.random(n) < 0.8, actual, (actual + rng.integers(1, 4, size=n)) % classes)
    other = np.where(rng.random(n) < 0.06, rng.integers(classes, size=n), predicted)
    a, b = predicted == actual, other == actual
    table = [[np.sum(a & b), np.sum(a & ~b)], [np.sum(~a & b), np.sum(~a & ~b)]]
    return {
        "classes": classes,
        "actual": actual.tolist(),
        "predicted": predicted.tolist(),
        "other": other.tolist(),
        "accuracy": metrics.accuracy_score(actual, predicted),
        "macro": [v for v in metrics.precision_recall_fscore_support(actual, predicted, average="macro")[:3]],
        "weighted": [v for v in metrics.precision_recall_fscore_support(actual, predicted, average="weighted")[:3]],
        "onlyA": int(table[0][1]),
        "onlyB": int(table[1][0]),
        "mcnemar": mcnemar(table, exact=True).pvalue,
        "majority": dummy.DummyClassifier(strategy="most_frequent").fit(actual, actual).score(actual, other),
    }


def intervals():
    wilson = []
    for successes, count, confidence in ((0, 10, 0.95), (10, 10, 0.95), (853, 1000, 0.95), (7, 9, 0.9), (1, 400, 0.99)):
        ci = stats.binomtest(successes, count).proportion_ci(confidence, method="wilson")
        wilson.append([successes, count, confidence, ci.low, ci.high])
    t = []
    for values in ([0.80, 0.82, 0.81], [0.741, 0.752, 0.738, 0.745, 0.749], [1.0, 2.0]):
        low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
        t.append([values, float(np.mean(values)), low, high, float(np.std(values, ddof=1))])
    sample = np.round(rng.gamma(2.0, size=80), 4)
    boot = stats.bootstrap((sample,), np.mean, n_resamples=200_000, batch=10_000, method="percentile", rng=1)
    return {
        "wilson": wilson,
        "t": t,
        "quantiles": [[q, float(np.quantile([1.0, 2.5, 4.0, 7.0, 7.5], q))] for q in (0, 0.025, 0.3, 0.5, 0.975, 1)],
        "bootstrap": {
            "sample": sample.tolist(),
            "low": boot.confidence_interval.low,
            "high": boot.confidence_interval.high,
        },
    }


def centroids():
    train = np.round(rng.normal(size=(60, 6)) + np.repeat(rng.normal(size=(5, 6)), 12, axis=0), 3)
    test = np.round(rng.normal(size=(40, 6)) * 1.5, 3)
    labels = np.repeat(np.arange(5), 12)
    predicted = neighbors.NearestCentroid().fit(train, labels).predict(test)
    return {
        "size": 6,
        "train": train.ravel().tolist(),
        "labels": labels.tolist(),
        "test": test.ravel().tolist(),
        "predicted": predicted.tolist(),
    }


for name, make in (("small", small), ("large", large), ("intervals", intervals), ("centroids", centroids)):
    (here / f"{name}.json").write_text(json.dumps(make(), separators=(",", ":")) + "\n")
