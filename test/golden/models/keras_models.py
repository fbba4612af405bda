"""Whole models that real Keras saves and opens (TensorFlow 2.21, Keras 3.15, tf_keras 2.21; see make.py).

    /tmp/keras/bin/python test/golden/models/keras_models.py              # rewrites model-*.keras, model-*.h5, models.json
    /tmp/keras/bin/python test/golden/models/keras_models.py final FOLDER # the presentation's final model, 2 x 46 MB
    /tmp/keras/bin/python test/golden/models/keras_models.py open FILE... # predictions of files, for numbers from make.py
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")

import keras
import numpy as np
from keras import layers

from make import fill, generated, numbers, pixels

HERE = pathlib.Path(__file__).parent


def fill_all(model):
    for layer in model.layers:
        fill_all(layer) if isinstance(layer, keras.Model) else None
    fill(model) if not any(isinstance(layer, keras.Model) for layer in model.layers) else None
    for layer in model.layers:
        if not isinstance(layer, keras.Model):
            for weight in layer.weights:
                weight.assign(generated(layer.name, weight.name, weight.shape).astype(weight.dtype))


def inner():
    inputs = keras.Input((9, 9, 3), name="pixels")
    x = layers.Rescaling(1 / 255, name="rescaling")(inputs)
    x = layers.Rescaling([1.5, 2.0, 2.5], name="rescaling_1")(x)
    x = layers.Conv2D(6, 3, padding="same", use_bias=False, name="conv")(x)
    x = layers.BatchNormalization(name="bn")(x)
    x = layers.Activation("silu", name="act")(x)
    y = layers.DepthwiseConv2D(3, padding="same", activation="relu6", name="dw")(x)
    y = layers.Dropout(0.2, noise_shape=(None, 1, 1, 1), name="drop")(y)
    x = layers.Add(name="sum")([x, y])
    x = layers.Concatenate(name="cat")([x, layers.MaxPooling2D(3, strides=1, padding="same", name="pool")(x)])
    return keras.Model(inputs, x, name="inner")


def small():
    """Name: model. `numbered`: layers that Keras named by itself after others; `nested`: one name inside and outside."""
    sequential = keras.Sequential(
        [
            keras.Input((9, 9, 3)),
            inner(),
            layers.GlobalAveragePooling2D(name="gap"),
            layers.Dense(7, activation="relu", name="dense_2"),
            layers.Dropout(0.5, name="dropout_1"),
            layers.Dense(4, activation="softmax", name="dense_3"),
        ],
        name="numbered",
    )
    body = keras.Sequential([keras.Input((12,)), layers.Dense(5, activation="tanh", name="dense")], name="body")
    inputs = keras.Input((9, 9, 3))
    x = layers.GlobalAveragePooling2D(name="gap")(inner()(inputs))
    x = layers.Dense(3, name="dense")(body(x))
    nested = keras.Model(inputs, layers.Softmax(name="softmax")(x), name="nested")
    return {"numbered": sequential, "nested": nested}


def final(folder):
    """EfficientNetB3, pooling, dense 512, dropout, dense 120: 11,632,039 parameters."""
    base = keras.applications.EfficientNetB3(include_top=False, weights=None, input_shape=(300, 300, 3))
    model = keras.Sequential(
        [
            base,
            layers.GlobalAveragePooling2D(),
            layers.Dense(512, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(120, activation="softmax"),
        ]
    )
    model.build((None, 300, 300, 3))
    fill_all(model)
    for kind in ("keras", "h5"):
        model.save(str(pathlib.Path(folder) / f"final.{kind}"))
    outputs = numbers(model(pixels(300), training=False))
    print(json.dumps({"parameters": model.count_params(), "outputs": outputs}))


def predictions(path):
    model = keras.models.load_model(path)
    return numbers(model.predict(pixels(model.input_shape[1]), verbose=0))


def main():
    kind, *rest = sys.argv[1:] or ["files"]
    if kind == "final":
        final(*rest)
    elif kind == "open":
        print(json.dumps({path: predictions(path) for path in rest}))
    else:
        golden = {}
        for name, model in small().items():
            fill_all(model)
            for ending in ("keras", "h5"):
                model.save(str(HERE / f"model-{name}.{ending}"))
            golden[name] = numbers(model(pixels(9), training=False))
            assert np.allclose(golden[name], predictions(str(HERE / f"model-{name}.keras")), atol=1e-7)
        (HERE / "models.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
