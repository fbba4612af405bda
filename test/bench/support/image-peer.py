"""The operations of test/bench/image.ts with OpenCV, Pillow and Keras, on one thread.

Reads a line {"pixels": folder, "photos": [paths]} and then names of operations from stdin; answers each name with the
milliseconds of one run, the median of at least three that take 30 ms together.
"""
import json
import pathlib
import statistics
import sys
import time
import types

import cv2
import numpy as np
import scipy.ndimage
from PIL import Image, ImageOps

if not hasattr(scipy.ndimage, "interpolation"):
    scipy.ndimage.interpolation = types.SimpleNamespace(affine_transform=scipy.ndimage.affine_transform)
cv2.setNumThreads(1)
setup = json.loads(sys.stdin.readline())


def picture(width, height):
    pixels = np.fromfile(pathlib.Path(setup["pixels"]) / f"{width}x{height}.rgb", np.uint8)
    return pixels.reshape(height, width, 3)


photo, wide, small = picture(300, 300), picture(500, 375), picture(224, 224)
bgr = np.ascontiguousarray(photo[:, :, ::-1])
pil_wide, pil_small, pil_photo = (Image.fromarray(p) for p in (wide, small, photo))
clahe = cv2.createCLAHE(2, (8, 8))


def change_luma(change):
    ycrcb = cv2.cvtColor(photo, cv2.COLOR_RGB2YCrCb)
    ycrcb[:, :, 0] = change(ycrcb[:, :, 0])
    return cv2.cvtColor(ycrcb, cv2.COLOR_YCrCb2RGB)


def decode():
    for path in setup["photos"]:
        with Image.open(path) as file:
            np.asarray(ImageOps.exif_transpose(file).convert("RGB").resize((224, 224), Image.BILINEAR))


OPERATIONS = {
    "equalize (OpenCV)": lambda: cv2.merge([cv2.equalizeHist(channel) for channel in cv2.split(photo)]),
    "equalize luma (OpenCV)": lambda: change_luma(cv2.equalizeHist),
    "CLAHE (OpenCV)": lambda: change_luma(clahe.apply),
    "non-local means (OpenCV)": lambda: cv2.fastNlMeansDenoisingColored(bgr, None, 10, 10, 7, 21),
    "shrink, bilinear (Pillow)": lambda: np.asarray(pil_wide.resize((224, 224), Image.BILINEAR)),
    "shrink, bicubic (Pillow)": lambda: np.asarray(pil_wide.resize((224, 224), Image.BICUBIC)),
    "shrink, area (OpenCV)": lambda: cv2.resize(wide, (224, 224), interpolation=cv2.INTER_AREA),
    "enlarge, bilinear (Pillow)": lambda: np.asarray(pil_small.resize((300, 300), Image.BILINEAR)),
    "enlarge, bicubic (Pillow)": lambda: np.asarray(pil_small.resize((300, 300), Image.BICUBIC)),
    "enlarge, bilinear in 11 bits (OpenCV)": lambda: cv2.resize(small, (300, 300)),
    "files to 224 px (Pillow)": decode,
}
try:
    from keras.src.legacy.preprocessing import image as keras_image

    generator = keras_image.ImageDataGenerator(
        rotation_range=40, width_shift_range=0.2, height_shift_range=0.2, shear_range=0.2, zoom_range=0.2,
        horizontal_flip=True,
    )
    floats = photo.astype("float32")
    OPERATIONS["augment (Keras)"] = lambda: generator.random_transform(floats)
except ImportError:
    pass

for line in sys.stdin:
    operation = OPERATIONS.get(line.strip())
    times = []
    if operation:
        operation()
        while len(times) < 3 or sum(times) < 30:
            start = time.perf_counter()
            operation()
            times.append((time.perf_counter() - start) * 1000)
    print(json.dumps(statistics.median(times) if times else None), flush=True)
