"""Makes the expected results in this folder from dog.png. In a throw-away virtual environment:

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install opencv-python-headless scipy pillow keras jax
    KERAS_BACKEND=numpy /tmp/golden/bin/python test/golden/image/make_golden.py

Made with OpenCV 5.0.0, Keras 3.15.1, SciPy 1.17.1, NumPy 2.4.6.
"""
import hashlib
import json
import pathlib
import types

import cv2
import numpy as np
import scipy.ndimage
from PIL import Image

# Keras' legacy module still asks for the namespace that SciPy has retired
if not hasattr(scipy.ndimage, "interpolation"):
    scipy.ndimage.interpolation = types.SimpleNamespace(affine_transform=scipy.ndimage.affine_transform)
from keras.src.legacy.preprocessing import image as keras_image

here = pathlib.Path(__file__).parent
bgr = cv2.imread(str(here / "dog.png"))
rgb = np.ascontiguousarray(bgr[:, :, ::-1])
save = lambda name, picture: cv2.imwrite(str(here / name), picture)

# --- colours that are not 8-bit RGB, as Pillow makes them RGB: four inks without a profile, 16 bits
inks = 255 - rgb.astype(int)
black = inks.min(axis=2) // 2
inks = np.dstack([inks - black[:, :, None], black]).astype("uint8")
Image.fromarray(inks, "CMYK").save(here / "cmyk.jpg", quality=97, subsampling=0)
Image.fromarray(inks, "CMYK").save(here / "cmyk.tif", compression="tiff_lzw")
for name in ("cmyk.jpg", "cmyk.tif"):
    Image.open(here / name).convert("RGB").save(here / f"{name}.png")
deep = rgb.astype(int) * 257 - np.arange(rgb.size).reshape(rgb.shape) % 201
cv2.imwrite(str(here / "deep.png"), deep.clip(0, 65535).astype("uint16")[:, :, ::-1])
Image.open(here / "deep.png").convert("RGB").save(here / "deep-8-bit.png")

# --- equalization, as in the presentation
save("equalized.png", cv2.merge([cv2.equalizeHist(channel) for channel in cv2.split(bgr)]))

# --- equalization of the luma, whole and in tiles (72 x 54: a size that 8 tiles do not divide, and 6 do)
ycrcb = cv2.cvtColor(bgr, cv2.COLOR_BGR2YCrCb)
def with_luma(change):
    changed = ycrcb.copy()
    changed[:, :, 0] = change(ycrcb[:, :, 0])
    return cv2.cvtColor(changed, cv2.COLOR_YCrCb2BGR)
save("equalized-luma.png", with_luma(cv2.equalizeHist))
for limit, tiles in [(2, 8), (4, 6), (40, 3), (0, 5)]:
    clahe = cv2.createCLAHE(clipLimit=limit, tileGridSize=(tiles, tiles))
    save(f"clahe-{limit}-{tiles}.png", with_luma(clahe.apply))

# --- non-local means: one channel, two channels, colour
grey = cv2.cvtColor(bgr, cv2.COLOR_BGR2GRAY)
save("grey.png", grey)
save("denoised-grey.png", cv2.fastNlMeansDenoising(grey, None, 10, 7, 21))
save("denoised-grey-h3-5-11.png", cv2.fastNlMeansDenoising(grey, None, 3, 5, 11))
two = np.ascontiguousarray(rgb[:, :, :2])
two_out = cv2.fastNlMeansDenoising(two, None, 10, 7, 21)
save("denoised-red-green.png", cv2.merge([np.zeros_like(grey), two_out[:, :, 1], two_out[:, :, 0]]))
save("denoised.png", cv2.fastNlMeansDenoisingColored(bgr, None, 10, 10, 7, 21))

# --- L*a*b* of all colours: digests of lightness and colour, and of RGB, by first channel
forward, back = hashlib.sha256(), hashlib.sha256()
for first in range(256):
    triples = np.empty((256, 256, 3), np.uint8)
    triples[:, :, 0] = first
    triples[:, :, 1] = np.arange(256)[:, None]
    triples[:, :, 2] = np.arange(256)[None, :]
    lab = cv2.cvtColor(triples, cv2.COLOR_LRGB2Lab)
    forward.update(lab[:, :, 0].tobytes())
    forward.update(lab[:, :, 1:].tobytes())
    back.update(cv2.cvtColor(triples, cv2.COLOR_Lab2LRGB).tobytes())
digests = {"forward": forward.hexdigest(), "back": back.hexdigest()}
(here / "lab-all-colours.json").write_text(json.dumps(digests) + "\n")

# --- augmentation
cases = {
    "rotated": dict(theta=25.0),
    "shifted": dict(tx=-6.3, ty=9.75),
    "sheared": dict(shear=12.0),
    "zoomed": dict(zx=0.85, zy=1.2),
    "all": dict(theta=-33.0, tx=7.1, ty=-4.2, shear=0.17, zx=1.13, zy=0.91, flip_horizontal=True),
}
generator = keras_image.ImageDataGenerator(fill_mode="nearest")
for name, case in cases.items():
    moved = generator.apply_transform(rgb.astype("float32"), case)
    save(f"augmented-{name}.png", np.rint(moved).astype("uint8")[:, :, ::-1])
(here / "augmented.json").write_text(json.dumps(cases, indent=2) + "\n")

# --- whitening: eight shifted, scaled copies, 12 x 10
copies = [cv2.resize(np.roll(rgb, 5 * i, axis=1), (12, 10), interpolation=cv2.INTER_AREA) for i in range(8)]
copies = [np.clip(copy * (0.6 + 0.07 * i), 0, 255).astype("uint8") for i, copy in enumerate(copies)]
save("whitening-input.png", np.concatenate(copies)[:, :, ::-1])
epsilon = 0.1
generator = keras_image.ImageDataGenerator(
    featurewise_center=True, zca_whitening=True, zca_epsilon=float(np.sqrt(len(copies)) * epsilon)
)
x = np.stack(copies).astype("float64") / 255
# Keras centres each channel by one number; ours, like the formula, by the mean picture
mean = x.mean(axis=0)
generator.fit(x - mean)
white = np.stack([generator.standardize((picture - mean).copy()) for picture in x])
(here / "whitened.json").write_text(json.dumps([round(float(v), 7) for v in white[3].ravel()]) + "\n")
# as Keras does it by itself: one mean for each channel
generator = keras_image.ImageDataGenerator(
    featurewise_center=True, zca_whitening=True, zca_epsilon=float(np.sqrt(len(copies)) * epsilon)
)
generator.fit(x)
by_channel = generator.standardize(x[3].astype("float32").copy())
(here / "whitened-by-channel.json").write_text(json.dumps([round(float(v), 6) for v in by_channel.ravel()]) + "\n")
pairs = [np.corrcoef(p[:, :-1].ravel(), p[:, 1:].ravel())[0, 1] for p in (x[3], white[3])]
(here / "neighbour-correlation.json").write_text(json.dumps([float(p) for p in pairs]) + "\n")

# --- histogram
counts = [cv2.calcHist([rgb], [c], None, [256], [0, 256]).ravel().astype(int).tolist() for c in range(3)]
(here / "histogram.json").write_text(json.dumps(dict(zip(("red", "green", "blue"), counts))) + "\n")
