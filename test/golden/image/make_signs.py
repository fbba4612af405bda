"""Golden values for test/image/photo-signs.test.ts. Run: python make_signs.py (numpy, scipy, Pillow, opencv-python-headless).

The hash is what ImageHash 4.3 computes in `phash` (its lines are repeated here, so that the package is not needed).
"""
import json
from pathlib import Path

import cv2
import numpy as np
import scipy.fftpack
from PIL import Image

here = Path(__file__).parent


def phash(image, hash_size=8, highfreq_factor=4):
    size = hash_size * highfreq_factor
    pixels = np.asarray(image.convert("L").resize((size, size), Image.Resampling.LANCZOS))
    dct = scipy.fftpack.dct(scipy.fftpack.dct(pixels, axis=0), axis=1)
    low = dct[:hash_size, :hash_size]
    bits = (low > np.median(low)).flatten()
    return f"{int(''.join(str(int(bit)) for bit in bits), 2):016x}"


def signs(name):
    image = Image.open(here / name).convert("RGB")
    grey = np.asarray(image.convert("L"))
    return {
        "hash": phash(image),
        "brightness": float(grey.mean()),
        "contrast": float(grey.std()),
        "sharpness": float(cv2.Laplacian(grey, cv2.CV_64F).var()),
    }


names = ["dog.png", "equalized.png", "denoised.png", "augmented-all.png", "whitening-input.png", "cmyk.jpg.png"]
(here / "signs.json").write_text(json.dumps({name: signs(name) for name in names}, indent=1) + "\n")
