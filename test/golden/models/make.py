"""Golden values of lib/models, made with real Keras (TensorFlow from PyPI). Run from the repository's root:

    python3 -m venv /tmp/keras && /tmp/keras/bin/pip install tensorflow-cpu==2.21.0 tf_keras==2.21.0
    /tmp/keras/bin/python test/golden/models/make.py            # rewrites the files beside this script
    /tmp/keras/bin/python test/golden/models/make.py h5 FOLDER  # full weight files with the same weights, 300 MB
    /tmp/keras/bin/python test/golden/models/make.py backbones NAME ...  # the values of these backbones only

Weights come from a tiny generator that test/models/support/generated-weights.ts repeats bit for bit, so only
outputs are committed. Every backbone is built by keras.applications with weights='imagenet', its download
replaced by a file of generated weights: the way of the official files, second rescaling of EfficientNet included.
"""

import json
import os
import pathlib
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "")
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "0")

import keras
import numpy as np
import tensorflow as tf
from keras import layers
from keras.src.utils import file_utils

HERE = pathlib.Path(__file__).parent
APPS = keras.applications

# name: (constructor, preprocess_input, size of the weights, one odd size)
BACKBONES = {
    "vgg19": (APPS.VGG19, APPS.vgg19.preprocess_input, 224, 97),
    "resnet50": (APPS.ResNet50, APPS.resnet.preprocess_input, 224, 131),
    "efficientnetb3": (APPS.EfficientNetB3, APPS.efficientnet.preprocess_input, 300, 171),
    "xception": (APPS.Xception, APPS.xception.preprocess_input, 299, 143),
    "mobilenetv2": (APPS.MobileNetV2, APPS.mobilenet_v2.preprocess_input, 224, 117),
    "efficientnetb0": (APPS.EfficientNetB0, APPS.efficientnet.preprocess_input, 224, 109),
    "inceptionv3": (APPS.InceptionV3, APPS.inception_v3.preprocess_input, 299, 139),
}


def fnv1a(text):
    value = 2166136261
    for byte in text.encode():
        value = ((value ^ byte) * 16777619) & 0xFFFFFFFF
    return value


def uniform(key, count):
    """`count` numbers in [0, 1): the finalizer of MurmurHash3 over seed + index."""
    value = np.arange(count, dtype=np.uint32) + np.uint32(fnv1a(key))
    value ^= value >> np.uint32(16)
    value *= np.uint32(0x85EBCA6B)
    value ^= value >> np.uint32(13)
    value *= np.uint32(0xC2B2AE35)
    value ^= value >> np.uint32(16)
    return value / 4294967296.0


def generated(layer, name, shape):
    """The weight `name` of a layer.

    Kernels are He uniform, and batch norms that end a residual branch are weak: so signals stay small through the
    depth, as in trained networks. Without that EfficientNetB3 is so ill-conditioned that Keras differs from
    itself, with and without oneDNN, by 3e-4.
    """
    numbers = uniform(f"{layer}/{name}", int(np.prod(shape)))
    if name in ("gamma", "moving_variance"):
        weak = name == "gamma" and layer.lower().endswith(("project_bn", "_3_bn", "sepconv3_bn"))
        values = (0.5 + numbers) * (0.25 if weak else 1)
    elif name == "variance":
        values = 0.04 + 0.2 * numbers
    elif name == "mean":
        values = 0.4 + 0.1 * numbers
    elif name == "count":
        values = 0 * numbers
    elif name in ("beta", "moving_mean", "bias"):
        values = 0.2 * numbers - 0.1
    else:
        fan_in = int(np.prod(shape[:2] if len(shape) == 4 and shape[3] == 1 else shape[:-1]))
        values = (2 * numbers - 1) * np.sqrt(6 / fan_in)
    return values.astype(np.float32).reshape(shape)


def fill(model):
    for layer in model.layers:
        for weight in layer.weights:
            name = weight.name.split("/")[-1].split(":")[0]
            if isinstance(layer, layers.DepthwiseConv2D) and name == "kernel":
                name = "depthwise_kernel"
            value = generated(layer.name, name, weight.shape)
            weight.assign(value.astype(weight.dtype))


def pixels(size):
    """One RGB picture of whole numbers 0..255: [1, size, size, 3]."""
    return np.floor(256 * uniform("pixels", size * size * 3)).reshape(1, size, size, 3).astype(np.float32)


def numbers(array):
    return [float(np.format_float_positional(x, precision=9, fractional=False)) for x in np.ravel(array)]


def summary(array):
    """64 entries at equal distances, and the norm of all."""
    flat = np.ravel(np.asarray(array, dtype=np.float64))
    picked = flat[np.floor(np.arange(64) * len(flat) / 64).astype(int)] if len(flat) > 64 else flat
    return {"length": len(flat), "norm": float(np.linalg.norm(flat)), "picked": numbers(picked)}


def save_legacy(model, path):
    """The format of the official files: Keras 3 still writes it, under a function that is not exported."""
    import h5py
    from keras.src.legacy.saving import legacy_h5_format

    with h5py.File(path, "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)


def official(name, size, path):
    """The backbone as keras.applications loads it from an official file, which `path` stands in for."""
    file_utils.get_file = lambda *args, **kwargs: path
    keras.backend.clear_session()
    return BACKBONES[name][0](include_top=False, weights="imagenet", input_shape=(size, size, 3), pooling="avg")


def weight_file(name, folder):
    make, _, size, _ = BACKBONES[name]
    keras.backend.clear_session()
    model = make(include_top=False, weights=None, input_shape=(size, size, 3))
    fill(model)
    path = str(pathlib.Path(folder) / f"{name}.h5")
    save_legacy(model, path)
    return path


def parity(folder, names=BACKBONES):
    result = {}
    for name in names:
        make, preprocess, size, odd = BACKBONES[name]
        path = weight_file(name, folder)
        entry = {"outputs": {}}
        for side in (size, odd):
            model = official(name, side, path)
            entry["outputs"][str(side)] = summary(model(preprocess(pixels(side).copy()), training=False))
        entry["layers"] = len(model.layers)
        entry["parameters"] = model.count_params()
        entry["trainable"] = int(sum(np.prod(weight.shape) for weight in model.trainable_weights))
        entry["names"] = fnv1a(",".join(layer.name for layer in model.layers if "input" not in layer.name))
        keras.backend.clear_session()
        entry["parametersWithTop"] = make(include_top=True, weights=None).count_params()
        result[name] = entry
        print(name, entry["parameters"], entry["parametersWithTop"], flush=True)
    return result


def preprocessing():
    raw = pixels(2)
    modes = {"vgg19": "caffe", "xception": "tf", "efficientnetb3": "none"}
    return {name: numbers(BACKBONES[name][1](raw.copy())) for name in modes}


def fine_tuning(folder):
    """MobileNetV2 at 96 px: loss = mean of (features - 1)^2, batch norms in inference mode; Grad-CAM of the likeliest class."""
    model = official("mobilenetv2", 96, weight_file("mobilenetv2", folder))
    x = tf.constant(BACKBONES["mobilenetv2"][1](pixels(96).copy()))
    last = ["block_16_project", "block_16_project_BN", "Conv_1", "Conv_1_bn"]
    weights = {f"{name}/{w.name}": w for name in last for w in model.get_layer(name).trainable_weights}
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.square(model(x, training=False) - 1.0))
    gradients = tape.gradient(loss, [w.value for w in weights.values()])
    result = {"loss": float(loss), "gradients": {k: summary(g) for k, g in zip(weights, gradients)}}

    # Grad-CAM as in keras.io/examples/vision/grad_cam, of the logit: a dense head of 5 classes on pooled features
    head = keras.Sequential([keras.Input((1280,)), layers.Dense(5, name="dense")])
    fill(head)
    inner = keras.Model(model.inputs, [model.get_layer("out_relu").output, model.output])
    with tf.GradientTape() as tape:
        maps, features = inner(x, training=False)
        logits = head(features)
        winner = int(tf.argmax(logits[0]))
        score = logits[:, winner]
    pooled = tf.reduce_mean(tape.gradient(score, maps), axis=(0, 1, 2))
    heat = tf.maximum(tf.reduce_sum(maps[0] * pooled, axis=-1), 0)
    heat = heat / tf.reduce_max(heat)
    cam = {"class": winner, "shape": list(heat.shape), "heatmap": numbers(heat)}
    return result, {"probabilities": numbers(tf.nn.softmax(logits)), **cam}


def scratch_cnn():
    """The presentation's network at 24 px, 5 classes: outputs, and gradients of a cross-entropy in training mode."""
    model = keras.Sequential([keras.Input((24, 24, 3))], name="scratch")
    for index, filters in enumerate((4, 8, 16, 32)):
        suffix = f"_{index}" if index else ""
        model.add(layers.Conv2D(filters, 4, padding="same", name="conv2d" + suffix))
        model.add(layers.BatchNormalization(name="batch_normalization" + suffix))
        model.add(layers.Activation("relu"))
        if index < 3:
            model.add(layers.MaxPooling2D(2, padding="same"))
    model.add(layers.GlobalAveragePooling2D())
    model.add(layers.Dense(64, activation="relu", name="dense"))
    model.add(layers.Dense(5, activation="softmax", name="dense_1"))
    fill(model)
    x = tf.constant(np.concatenate([pixels(24) / 255, 1 - pixels(24) / 255]).astype(np.float32))
    labels = tf.constant([1, 4])
    outputs = model(x, training=False)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(labels, model(x, training=True)))
    gradients = tape.gradient(loss, [w.value for w in model.trainable_weights])
    named = {w.path.split("/", 1)[-1]: summary(g) for w, g in zip(model.trainable_weights, gradients)}
    return {"parameters": model.count_params(), "outputs": numbers(outputs), "loss": float(loss), "gradients": named}


def narrow(framework):
    """A few layers of every kind that the backbones hold, with generated weights."""
    kinds = framework.layers
    inputs = kinds.Input((9, 9, 3), name="input_layer")
    x = kinds.Normalization(axis=-1, name="normalization")(inputs)
    x = kinds.Conv2D(4, 3, name="stem_conv")(x)
    x = kinds.BatchNormalization(name="stem_bn")(x)
    x = kinds.DepthwiseConv2D(3, use_bias=False, padding="same", name="dwconv")(x)
    x = kinds.SeparableConv2D(6, 3, use_bias=False, name="sepconv")(x)
    x = kinds.Conv2D(5, 1, strides=2, use_bias=False, name="conv2d_7")(x)
    x = kinds.GlobalAveragePooling2D(name="avg_pool")(x)
    x = kinds.Dense(3, activation="softmax", name="predictions")(x)
    model = framework.Model(inputs, x, name="narrow")
    for layer in model.layers:
        for weight in layer.weights:
            name = weight.name.split("/")[-1].split(":")[0]
            if layer.name == "dwconv":
                name = "depthwise_kernel"
            value = generated(layer.name, name, tuple(weight.shape))
            weight.assign(value.astype(getattr(weight.dtype, "name", weight.dtype)))
        if hasattr(layer, "finalize_state"):
            layer.finalize_state()  # Normalization keeps a copy of its weights
    return model


def small_files():
    """Weight files in each of the kinds that Keras 3 and Keras 2 write."""
    os.environ["TF_USE_LEGACY_KERAS"] = "1"
    import tf_keras

    model = narrow(keras)
    save_legacy(model, str(HERE / "keras3-legacy.h5"))
    model.save_weights(str(HERE / "keras3.weights.h5"))
    model.save(str(HERE / "keras3-model.h5"), include_optimizer=False)
    outer = keras.Sequential([keras.Input((9, 9, 3)), model, layers.Dense(2, name="dense")])
    fill_dense = outer.get_layer("dense")
    for weight in fill_dense.weights:
        weight.assign(generated("dense", weight.name, tuple(weight.shape)))
    outer.save(str(HERE / "keras3-nested.h5"), include_optimizer=False)
    old = narrow(tf_keras)
    old.save_weights(str(HERE / "keras2-legacy.h5"), save_format="h5")
    return {"outputs": numbers(model(pixels(9) / 255)), "keras2Outputs": numbers(old(pixels(9) / 255))}


def main():
    if sys.argv[1:2] == ["h5"]:
        for name in sys.argv[3:] or BACKBONES:
            print(weight_file(name, sys.argv[2]), flush=True)
        return
    if sys.argv[1:2] == ["backbones"]:
        golden = json.loads((HERE / "keras.json").read_text())
        with tempfile.TemporaryDirectory() as folder:
            golden["backbones"].update(parity(folder, sys.argv[2:]))
        (HERE / "keras.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")
        return
    versions = {"tensorflow": tf.__version__, "keras": keras.__version__}
    files = small_files()
    with tempfile.TemporaryDirectory() as folder:
        gradients, cam = fine_tuning(folder)
        golden = {
            "versions": versions,
            "preprocessing": preprocessing(),
            "narrow": files,
            "scratchCnn": scratch_cnn(),
            "fineTuning": gradients,
            "gradCam": cam,
            "backbones": parity(folder),
        }
    (HERE / "keras.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
