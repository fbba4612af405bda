"""Makes optimizers.json: weights of a small network after steps of Keras' optimizers, values of its Huber loss.

pip install tensorflow (2.21, Keras 3); python make_optimizers.py
"""
import json
import os
import pathlib

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import keras
import numpy as np

rng = np.random.default_rng(7)
x = rng.normal(size=(12, 5)).astype("float32")
y = np.eye(3, dtype="float32")[rng.integers(0, 3, 12)]
first = [(rng.normal(size=s) * 0.5).astype("float32") for s in [(5, 4), (4,), (4, 3), (3,)]]


def network():
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(4, activation="tanh"), keras.layers.Dense(3, activation="softmax")]
    )
    model.set_weights(first)
    return model


def optimizers():
    yield "adam", keras.optimizers.Adam(0.01), "categorical_crossentropy"
    decayed = keras.optimizers.AdamW(0.01, weight_decay=0.05)
    decayed.exclude_from_weight_decay(var_names=["bias"])
    yield "adamw", decayed, "categorical_crossentropy"
    yield "adadelta", keras.optimizers.Adadelta(1.0), "categorical_crossentropy"
    yield "adam-huber", keras.optimizers.Adam(0.01), keras.losses.Huber(0.1)


runs = []
for name, optimizer, loss in optimizers():
    model = network()
    model.compile(optimizer=optimizer, loss=loss)
    after = {}
    for step in range(1, 21):
        model.train_on_batch(x, y)
        if step in (1, 2, 20):
            after[step] = [w.astype(float).round(8).ravel().tolist() for w in model.get_weights()]
    runs.append({"name": name, "after": after})

targets = rng.normal(size=(4, 3)).astype("float32") * 2
predicted = rng.normal(size=(4, 3)).astype("float32") * 2
huber = [
    {"delta": d, "values": np.asarray(keras.losses.huber(targets, predicted, delta=d)).astype(float).tolist()}
    for d in (0.5, 1.0, 2.0)
]
flat = lambda a: a.astype(float).ravel().tolist()
golden = {
    "keras": keras.__version__,
    "x": flat(x),
    "y": flat(y),
    "weights": [flat(w) for w in first],
    "runs": runs,
    "targets": flat(targets),
    "predicted": flat(predicted),
    "huber": huber,
}
path = pathlib.Path(__file__).with_name("optimizers.json")
path.write_text(json.dumps(golden) + "\n")
