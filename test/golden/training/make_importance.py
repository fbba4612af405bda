"""Makes importance.json: Optuna's fANOVA importance of made-up trials, and of the search that ships.

pip install optuna scikit-learn; python make_importance.py (in a clone with node_modules, which read the shipped table)
Hyper-parameters of a logarithmic range are handed to Optuna as logarithms (its evaluator averages over the raw range).
"""
import json
import math
import pathlib
import subprocess

import numpy as np
import optuna

optuna.logging.set_verbosity(optuna.logging.ERROR)
FOLDER = pathlib.Path(__file__).parent


def importance(space, trials):
    """Mean over 20 seeds of the forest. trials: (point, value)."""
    dists = {}
    for name, p in space.items():
        if p["kind"] == "choice":
            dists[name] = optuna.distributions.CategoricalDistribution(p["options"])
        elif p["kind"] == "int":
            dists[name] = optuna.distributions.IntDistribution(p["low"], p["high"])
        else:
            f = math.log if p["kind"] == "log-uniform" else float
            dists[name] = optuna.distributions.FloatDistribution(f(p["low"]), f(p["high"]))
    study = optuna.create_study(direction="maximize")
    for point, value in trials:
        params = {
            n: math.log(v) if space[n]["kind"] == "log-uniform" else v for n, v in point.items() if v is not None
        }
        study.add_trial(
            optuna.trial.create_trial(params=params, distributions={n: dists[n] for n in params}, value=value)
        )
    runs = [
        optuna.importance.get_param_importances(study, evaluator=optuna.importance.FanovaImportanceEvaluator(seed=s))
        for s in range(20)
    ]
    names = runs[0].keys()
    return {n: {"mean": float(np.mean([r[n] for r in runs])), "deviation": float(np.std([r[n] for r in runs]))} for n in names}


def made_up():
    rng = np.random.default_rng(3)
    space = {
        "filters": {"kind": "int", "low": 4, "high": 12},
        "learningRate": {"kind": "log-uniform", "low": 1e-4, "high": 1e-1},
        "activation": {"kind": "choice", "options": ["relu", "elu", "swish"]},
        "dropout": {"kind": "uniform", "low": 0, "high": 0.5},
        "minScale": {
            "kind": "uniform", "low": 0.3, "high": 0.9, "when": {"parameter": "activation", "is": "relu"},
        },
    }
    trials = []
    for _ in range(40):
        p = {
            "filters": int(rng.integers(4, 13)),
            "learningRate": float(math.exp(rng.uniform(math.log(1e-4), math.log(1e-1)))),
            "activation": str(rng.choice(["relu", "elu", "swish"])),
            "dropout": float(rng.uniform(0, 0.5)),
        }
        p["minScale"] = float(rng.uniform(0.3, 0.9)) if p["activation"] == "relu" else None
        value = (
            -0.03 * (math.log10(p["learningRate"]) + 2) ** 2
            + 0.015 * p["filters"]
            + {"relu": 0.05, "elu": 0.0, "swish": 0.12}[p["activation"]]
            - 0.1 * p["dropout"]
            + 0.01 * rng.normal()
        )
        trials.append((p, float(value)))
    return space, trials


def shipped():
    program = ["node", "--import", "tsx", str(FOLDER / "print-trials.ts")]
    table = json.loads(subprocess.run(program, capture_output=True, check=True, cwd=FOLDER / "../../..").stdout)
    first = json.loads(table["about"]["search"])["minEpochs"]
    rows = [r for r in table["trials"] if r["outcome"] != "failed" and len(r["losses"]) >= first]
    return table["space"], [(r["point"], -min(r["losses"][:first])) for r in rows]


space, trials = made_up()
golden = {
    "optuna": optuna.__version__,
    "madeUp": {"space": space, "trials": [{"point": p, "value": v} for p, v in trials], "importance": importance(space, trials)},
    "shipped": importance(*shipped()) if (FOLDER / "../../../data/scratch-search.arrow").exists() else None,
}
(FOLDER / "importance.json").write_text(json.dumps(golden) + "\n")
