"""What onnxruntime's own tool makes of quantize.onnx: `PYTHON test/golden/models/quantize.py`, which writes quantize.json.

quantize.onnx is a small float network (two convolutions, a depthwise one, ReLU6, an addition, poolings, a concatenation),
written by `networkGraph` from seeded weights. Ranges are the extremes of its tensors on pictures of sines. With these
ranges `onnxruntime.quantization.QDQQuantizer` quantizes it, with weights of 8 and of 7 bits (reduce_range).
"""

import base64
import json
import pathlib

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper
from onnxruntime.quantization import CalibrationMethod, QuantType
from onnxruntime.quantization.calibrate import TensorsData
from onnxruntime.quantization.qdq_quantizer import QDQQuantizer

here = pathlib.Path(__file__).parent
OPERATORS = ["Conv", "Add", "Concat", "MaxPool", "AveragePool", "Relu", "Clip"]


def session(model):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])


def main():
    float_model = onnx.load(here / "quantize.onnx")
    pixels = np.sin(np.arange(4 * 12 * 12 * 3) * 0.37).astype(np.float32).reshape(4, 12, 12, 3)
    made = [name for node in float_model.graph.node for name in node.output]
    watched = onnx.ModelProto()
    watched.CopyFrom(float_model)
    known = {output.name for output in watched.graph.output}
    watched.graph.output.extend(onnx.helper.make_empty_tensor_value_info(name) for name in made if name not in known)
    names = [output.name for output in watched.graph.output]
    values = dict(zip(names, session(watched).run(names, {"pixels": pixels})))
    values["pixels"] = pixels
    ranges = {name: [float(min(0, v.min())), float(max(0, v.max()))] for name, v in values.items()}
    golden = {"versions": {"onnxruntime": onnxruntime.__version__, "onnx": onnx.__version__}, "ranges": ranges}
    golden["float"] = values["features"].ravel().tolist()
    for bits in (8, 7):
        model = onnx.ModelProto()
        model.CopyFrom(float_model)
        ends = {name: (np.float32(low), np.float32(high)) for name, (low, high) in ranges.items()}
        quantizer = QDQQuantizer(
            model,
            True,
            bits == 7,
            QuantType.QInt8,
            QuantType.QUInt8,
            TensorsData(CalibrationMethod.MinMax, ends),
            [],
            [],
            OPERATORS,
            {"QuantizeBias": True},
        )
        quantizer.quantize_model()
        quantized = quantizer.model.model
        constants = {item.name: numpy_helper.to_array(item) for item in quantized.graph.initializer}
        golden[str(bits)] = {
            "features": session(quantized).run(None, {"pixels": pixels})[0].ravel().tolist(),
            "constants": {
                name: {"shape": list(value.shape), "type": str(value.dtype), "base64": base64.b64encode(value.tobytes()).decode()}
                for name, value in sorted(constants.items())
                if name.endswith(("_scale", "_zero_point", "_quantized"))
            },
        }
    (here / "quantize.json").write_text(json.dumps(golden, indent=1) + "\n")


main()
