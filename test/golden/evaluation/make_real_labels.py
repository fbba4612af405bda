"""Golden values for test/evaluation/label-quality.test.ts on real probabilities, from cleanlab 2 (2.9 wrote them).

Run: `node --import tsx test/golden/evaluation/print-out-of-fold.ts FOLDER`, then `python make_real_labels.py FOLDER`
(cleanlab, numpy): compares cleanlab with ours on all photos whose features ship, says what differs, and writes
real-labels.json: some photos with all their probabilities, and what cleanlab says of these alone.
"""

import base64
import json
import pathlib
import sys

import numpy as np
from cleanlab.filter import find_label_issues
from cleanlab.rank import get_label_quality_scores

here = pathlib.Path(__file__).parent
folder = pathlib.Path(sys.argv[1])
said = json.loads((folder / "ours.json").read_text())
classes = said["classes"]
labels = np.fromfile(folder / "labels.i32", "<i4")
p = np.fromfile(folder / "probabilities.f32", "<f4").reshape(-1, classes)


def ranked(labels, p):
    found = find_label_issues(
        labels, p, filter_by="confident_learning", return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return [int(i) for i in found]


theirs, ours = ranked(labels, p), said["ours"]
scores = get_label_quality_scores(labels, p, method="self_confidence")
print(f"{len(labels)} photos, {classes} breeds, accuracy {said['accuracy']:.4f}")
print(f"suspicious: cleanlab {len(theirs)}, ours {len(ours)}, only cleanlab {sorted(set(theirs) - set(ours))}, only ours {sorted(set(ours) - set(theirs))}")
print(f"same first 50: {theirs[:50] == ours[:50]}; same order of all: {theirs == ours}")
for i in [i for i, (a, b) in enumerate(zip(theirs, ours)) if a != b][:20]:
    print(f"  place {i}: cleanlab {theirs[i]} ({scores[theirs[i]]:.9g}), ours {ours[i]} ({scores[ours[i]]:.9g})")

# two photos of each breed, and 60 that are suspicious, from the most to the least
rng = np.random.default_rng(18)
kept = [int(i) for c in range(classes) for i in rng.choice(np.flatnonzero(labels == c), 2, replace=False)]
kept = sorted(set(kept) | {theirs[int(i)] for i in np.linspace(0, len(theirs) - 1, 60)})
few, few_labels = np.ascontiguousarray(p[kept]), labels[kept]
result = {
    "classes": classes,
    "labels": few_labels.tolist(),
    "probabilities": base64.b64encode(few.astype("<f4").tobytes()).decode(),
    "ranked": ranked(few_labels, few),
}
(here / "real-labels.json").write_text(json.dumps(result) + "\n")
print(f"wrote {len(kept)} photos, {len(result['ranked'])} of them suspicious")
