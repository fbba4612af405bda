"""Makes the expected pictures of every augmentation from ../dog.png. In a throw-away virtual environment:

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==13.0.0 numpy scipy keras jax
    KERAS_BACKEND=jax /tmp/golden/bin/python test/golden/image/augmentations/make_augmentations.py

Made with Pillow 13.0.0, Keras 3.15.1, SciPy 1.17.1, NumPy 2.4.6. torchvision's operations on Pillow pictures are
Pillow's; their parameters are converted here as in torchvision.transforms.functional (0.25).
NAME.json: whose values they are, how far they may be off, and the parameters of NAME-0.png, NAME-1.png ...
"""
import json
import math
import pathlib
import types

import numpy as np
import scipy.ndimage
from PIL import Image, ImageEnhance, ImageOps

if not hasattr(scipy.ndimage, "interpolation"):
    scipy.ndimage.interpolation = types.SimpleNamespace(affine_transform=scipy.ndimage.affine_transform)
from keras.src.legacy.preprocessing import image as keras_image

here = pathlib.Path(__file__).parent
dog = Image.open(here.parent / "dog.png").convert("RGB")
width, height = dog.size
partner = ImageOps.invert(ImageOps.flip(dog))


def save(name, reference, cases, largest=0):
    for index, (_, picture) in enumerate(cases):
        picture.save(here / f"{name}-{index}.png")
    table = {"reference": reference, "largest": largest, "cases": [parameters for parameters, _ in cases]}
    (here / f"{name}.json").write_text(json.dumps(table, indent=2) + "\n")


def keras_case(mode, value, **change):
    generator = keras_image.ImageDataGenerator(fill_mode=mode, cval=value)
    pixels = generator.apply_transform(np.asarray(dog).astype("float32"), change)
    transform = dict(theta=0, tx=0, ty=0, shear=0, zx=1, zy=1, flipHorizontal=False)
    transform.update(change)
    picture = Image.fromarray(np.rint(np.clip(pixels, 0, 255)).astype("uint8"))
    return {"transform": transform, "fill": {"mode": mode, "value": value}}, picture


change = dict(theta=-33.0, tx=17.1, ty=-14.2, shear=9.0, zx=1.33, zy=1.51)
far = dict(theta=70.0, tx=-95.0, ty=120.5, shear=0.0, zx=2.2, zy=1.9)
save(
    "keras",
    "Keras ImageDataGenerator.apply_transform (float32: a half may round the other way)",
    [keras_case(mode, value, **c) for c in (change, far) for mode, value in
     (("nearest", 0), ("constant", 90), ("reflect", 0), ("wrap", 0))],
    largest=1,
)

save("flip", "Pillow ImageOps.mirror", [({"mirrored": True}, ImageOps.mirror(dog)), ({"mirrored": False}, dog)])


def crop_case(left, top, w, h, name, kernel):
    box = {"left": left, "top": top, "width": w, "height": h}
    picture = dog.crop((left, top, left + w, top + h)).resize(dog.size, kernel)
    return {"box": box, "interpolation": name}, picture


save(
    "random-resized-crop",
    "Pillow crop and resize, as torchvision resized_crop",
    [crop_case(5, 3, 31, 40, "bilinear", Image.BILINEAR), crop_case(20, 11, 50, 37, "bicubic", Image.BICUBIC)],
)


def erase_case(left, top, w, h, value):
    pixels = np.asarray(dog).copy()
    pixels[top : top + h, left : left + w] = value
    box = {"left": left, "top": top, "width": w, "height": h}
    return {"box": box, "value": value}, Image.fromarray(pixels)


save("random-erasing", "NumPy", [erase_case(10, 20, 33, 12, 0), erase_case(0, 0, 9, 50, 127)])


def adjust_hue(picture, factor):
    h, s, v = picture.convert("HSV").split()
    turned = np.asarray(h) + np.int32(factor * 255).astype(np.uint8)
    return Image.merge("HSV", (Image.fromarray(turned.astype(np.uint8), "L"), s, v)).convert("RGB")


ADJUST = {
    "brightness": lambda p, f: ImageEnhance.Brightness(p).enhance(f),
    "contrast": lambda p, f: ImageEnhance.Contrast(p).enhance(f),
    "saturation": lambda p, f: ImageEnhance.Color(p).enhance(f),
    "hue": adjust_hue,
}


def jitter_case(**steps):
    picture = dog
    for name, factor in steps.items():
        picture = ADJUST[name](picture, factor)
    return {"steps": [{"adjust": name, "factor": factor} for name, factor in steps.items()]}, picture


save(
    "colour-jitter",
    "Pillow ImageEnhance and HSV, as torchvision ColorJitter",
    [
        jitter_case(brightness=1.37),
        jitter_case(contrast=0.61),
        jitter_case(saturation=1.4),
        jitter_case(hue=0.21),
        jitter_case(hue=-0.3, saturation=0.55, contrast=1.33, brightness=0.7),
    ],
)


def mix_case(share):
    a, b = (np.asarray(p).astype("float64") for p in (dog, partner))
    return {"share": share}, Image.fromarray(np.rint(a * share + b * (1 - share)).astype("uint8"))


save("mixup", "NumPy", [mix_case(0.7), mix_case(0.15)])


def cut_case(left, top, w, h):
    picture = dog.copy()
    picture.paste(partner.crop((left, top, left + w, top + h)), (left, top))
    box = {"left": left, "top": top, "width": w, "height": h}
    return {"box": box, "share": 1 - w * h / (width * height)}, picture


save("cutmix", "Pillow paste", [cut_case(12, 7, 30, 25), cut_case(40, 30, 32, 24)])


def affine(picture, angle=0.0, translate=(0, 0), shear=(0.0, 0.0), center=None):
    """torchvision.transforms.functional.affine of a Pillow picture, nearest neighbour."""
    cx, cy = center or (width * 0.5, height * 0.5)
    rot, sx, sy = (math.radians(v) for v in (angle, *shear))
    a = math.cos(rot - sy) / math.cos(sy)
    b = -math.cos(rot - sy) * math.tan(sx) / math.cos(sy) - math.sin(rot)
    c = math.sin(rot - sy) / math.cos(sy)
    d = -math.sin(rot - sy) * math.tan(sx) / math.cos(sy) + math.cos(rot)
    m = [d, -b, 0.0, -c, a, 0.0]
    m[2] += m[0] * (-cx - translate[0]) + m[1] * (-cy - translate[1]) + cx
    m[5] += m[3] * (-cx - translate[0]) + m[4] * (-cy - translate[1]) + cy
    return picture.transform(picture.size, Image.AFFINE, m, Image.NEAREST, fillcolor=(0, 0, 0))


OPERATIONS = {
    "identity": lambda p, s: p,
    "shearX": lambda p, s: affine(p, shear=(math.degrees(math.atan(s)), 0.0), center=(0, 0)),
    "shearY": lambda p, s: affine(p, shear=(0.0, math.degrees(math.atan(s))), center=(0, 0)),
    "translateX": lambda p, s: affine(p, translate=(int(s), 0)),
    "translateY": lambda p, s: affine(p, translate=(0, int(s))),
    "rotate": lambda p, s: p.rotate(s, Image.NEAREST, fillcolor=(0, 0, 0)),
    "brightness": lambda p, s: ImageEnhance.Brightness(p).enhance(1 + s),
    "saturation": lambda p, s: ImageEnhance.Color(p).enhance(1 + s),
    "contrast": lambda p, s: ImageEnhance.Contrast(p).enhance(1 + s),
    "sharpness": lambda p, s: ImageEnhance.Sharpness(p).enhance(1 + s),
    "posterize": lambda p, s: ImageOps.posterize(p, int(s)),
    "solarize": lambda p, s: ImageOps.solarize(p, s),
    "autoContrast": lambda p, s: ImageOps.autocontrast(p),
    "equalize": lambda p, s: ImageOps.equalize(p),
}


def rand_case(**steps):
    picture = dog
    for name, strength in steps.items():
        picture = OPERATIONS[name](picture, strength)
    drawn = [{"operation": name, "strength": strength} for name, strength in steps.items()]
    return {"steps": drawn, "fill": 0}, picture


save(
    "rand-augment",
    "Pillow, as torchvision RandAugment",
    [
        rand_case(identity=0),
        rand_case(shearX=0.3),
        rand_case(shearY=-0.17),
        rand_case(translateX=-13.6),
        rand_case(translateY=9.2),
        rand_case(rotate=27.0),
        rand_case(brightness=-0.4),
        rand_case(saturation=0.9),
        rand_case(contrast=0.63),
        rand_case(sharpness=0.81),
        rand_case(sharpness=-0.54),
        rand_case(posterize=5),
        rand_case(solarize=153.0),
        rand_case(contrast=-0.6, autoContrast=0),
        rand_case(equalize=0),
        rand_case(rotate=-12.0, sharpness=0.3),
    ],
)
