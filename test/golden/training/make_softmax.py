"""Reference for test/training/softmax-converges.test.ts: more features than rows, a weak penalty, so that the loss is nearly
0 at the optimum. Run: python make_softmax.py (numpy, scikit-learn 1.9); writes softmax.json."""
import json
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

rng = np.random.default_rng(1)
y = np.arange(75) % 5
centres = rng.normal(size=(5, 100))
x = np.round(np.maximum(0, centres[y] + rng.normal(size=(75, 100)) * 1.2), 2)
train = np.arange(75) < 50
scaler = StandardScaler().fit(x[train])
cases = []
for c in (1, 100):
    model = LogisticRegression(C=c, tol=1e-12, max_iter=100000).fit(scaler.transform(x[train]), y[train])
    cases.append({"c": c, "probabilities": np.round(model.predict_proba(scaler.transform(x[~train])), 7).ravel().tolist()})
Path(__file__).with_name("softmax.json").write_text(
    json.dumps({"x": x.ravel().tolist(), "y": y.tolist(), "train": 50, "cases": cases}) + "\n"
)
