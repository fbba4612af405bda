"""Reference values for test/training, by scikit-learn. Run: python make.py (numpy, scikit-learn 1.9); writes classifiers.json."""
import json
from pathlib import Path

import numpy as np
import sklearn
from sklearn.datasets import load_iris
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import log_loss
from sklearn.neighbors import KNeighborsClassifier
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC
from sklearn.utils.class_weight import compute_class_weight

iris = load_iris()
x, y = iris.data.astype(np.float32), iris.target
test = np.arange(150) % 3 == 0
scaler = StandardScaler().fit(x[~test])
a, b = scaler.transform(x[~test]).astype(np.float32), scaler.transform(x[test]).astype(np.float32)
logistic = LogisticRegression(C=0.5, max_iter=10000, tol=1e-10).fit(a, y[~test])
svm = LinearSVC(C=0.5, max_iter=1000000, tol=1e-12, dual=False).fit(a, y[~test])
forests = [RandomForestClassifier(100, random_state=s).fit(x[~test], y[~test]).score(x[test], y[test]) for s in range(20)]
result = {
    "sklearn": sklearn.__version__,
    "x": np.round(x, 4).tolist(),
    "y": y.tolist(),
    "mean": scaler.mean_.tolist(),
    "deviation": scaler.scale_.tolist(),
    "logistic": {"c": 0.5, "probabilities": logistic.predict_proba(b).tolist(),
                 "log_loss": log_loss(y[test], logistic.predict_proba(b)), "accuracy": logistic.score(b, y[test])},
    "svm": {"c": 0.5, "predicted": svm.predict(b).tolist()},
    "neighbours": {f"{k}-{w}": KNeighborsClassifier(k, weights=w).fit(x[~test], y[~test]).predict(x[test]).tolist()
                   for k in (1, 5, 9) for w in ("uniform", "distance")},
    "forest": {"lowest": min(forests), "highest": max(forests)},
    "balanced": compute_class_weight("balanced", classes=np.array([0, 1, 2]), y=np.array([0, 0, 0, 1, 1, 2])).tolist(),
}
Path(__file__).with_name("classifiers.json").write_text(json.dumps(result) + "\n")
