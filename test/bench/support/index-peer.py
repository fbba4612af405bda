"""What a script that files photos does with PyTorch, in the way of MegaDetector's run_detector_batch.py: walk a folder, open
each photo with Pillow, resize it, run torchvision's InceptionV3 (frozen) on it, keep the five likeliest classes in a JSON file.

Arguments: folder, file for the results. One photo at a time as such scripts do, then 16 at a time with photos opened ahead in
threads; prints a JSON object with photos, seconds, processor seconds and joules (null where the counter cannot be read) of both.
"""
import json
import pathlib
import resource
import sys
import time
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import torch
import torchvision
from PIL import Image, ImageOps

folder, results = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
files = sorted(folder.rglob("*.jpg"))
SIDE, AHEAD = 299, 48
torch.manual_seed(1)
network = torchvision.models.inception_v3(weights=None, init_weights=False, aux_logits=False).eval()
COUNTER = pathlib.Path("/sys/class/powercap/intel-rapl:0/energy_uj")


def frozen(batch):
    traced = torch.jit.trace(network, torch.zeros(batch, 3, SIDE, SIDE))
    return torch.jit.optimize_for_inference(torch.jit.freeze(traced))


def load(path):
    with Image.open(path) as file:
        photo = ImageOps.exif_transpose(file).convert("RGB").resize((SIDE, SIDE), Image.BILINEAR)
    return torch.from_numpy(np.asarray(photo, np.float32).transpose(2, 0, 1) / 127.5 - 1)


def answer(model, names, pixels):
    probabilities, classes = torch.softmax(model(pixels), 1).topk(5)
    return [{"file": str(name), "classes": c, "probabilities": p}
            for name, c, p in zip(names, classes.tolist(), probabilities.tolist())]


def one_by_one(model):
    return [row for name in files for row in answer(model, [name], load(name)[None])]


def in_batches(model, batch=16):
    rows = []
    with ThreadPoolExecutor(2) as pool:
        pending = [pool.submit(load, name) for name in files[:AHEAD]]
        for start in range(0, len(files), batch):
            names = files[start:start + batch]
            photos = [pending.pop(0).result() for _ in names]
            pending += [pool.submit(load, name) for name in files[start + AHEAD:start + AHEAD + batch]]
            photos += [photos[-1]] * (batch - len(photos))
            rows += answer(model, names, torch.stack(photos))
    return rows


def microjoules():
    try:
        return int(COUNTER.read_text())
    except OSError:
        return None


def processor_seconds():
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


answers = {}
with torch.inference_mode():
    for name, run, batch in (("one by one", one_by_one, 1), ("batches of 16", in_batches, 16)):
        model = frozen(batch)
        for _ in range(3):
            model(torch.zeros(batch, 3, SIDE, SIDE))
        energy, cpu, started = microjoules(), processor_seconds(), time.perf_counter()
        results.write_text(json.dumps(run(model)))
        seconds, cpu_seconds, after = time.perf_counter() - started, processor_seconds() - cpu, microjoules()
        joules = None if energy is None or after is None or after < energy else (after - energy) / 1e6
        answers[name] = {"photos": len(files), "seconds": seconds, "cpuSeconds": cpu_seconds, "joules": joules}
print(json.dumps({"version": f"torch {torch.__version__}, torchvision {torchvision.__version__}", "runs": answers}))
