"""The same steps with OpenCV, Pillow and SciPy, for preprocess.ts: reads paths from stdin, prints medians in ms."""
import json
import statistics
import sys
import time

import cv2
import numpy as np
from PIL import Image, ImageOps
from scipy import ndimage

paths = json.load(sys.stdin)
cv2.setNumThreads(1)
image = np.asarray(Image.open(paths[0]).convert("RGB").resize((300, 300), Image.BILINEAR))


def median(repeats, step):
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        step()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def augment():
    matrix, offset = np.array([[0.9, -0.4], [0.4, 0.9]]), np.array([70.0, -45.0])
    moved = [
        ndimage.affine_transform(channel.astype("float32"), matrix, offset, order=1, mode="nearest")
        for channel in np.rollaxis(image, 2)
    ]
    return np.stack(moved, axis=2)


def decode():
    for path in paths:
        with Image.open(path) as photo:
            np.asarray(ImageOps.exif_transpose(photo).convert("RGB").resize((224, 224), Image.BILINEAR))


decode()
print(
    json.dumps(
        {
            "opencv": cv2.__version__,
            "equalizeMs": median(30, lambda: [cv2.equalizeHist(channel) for channel in cv2.split(image)]),
            "nonLocalMeansMs": median(3, lambda: cv2.fastNlMeansDenoisingColored(image, None, 10, 10, 7, 21)),
            "augmentMs": median(20, augment),
            "decodePhotosPerSecond": len(paths) / (median(3, decode) / 1000),
        }
    )
)
