"""Makes the resized pictures in this folder from ../dog.png with Pillow. In a throw-away virtual environment:

    python3 -m venv /tmp/golden && /tmp/golden/bin/pip install pillow==13.0.0
    /tmp/golden/bin/python test/golden/image/resized/make_resized.py

Made with Pillow 13.0.0. Versions before 13 always resize the rows first: bicubic and lanczos3 of 60x14 differ there.
"""
import pathlib

from PIL import Image

here = pathlib.Path(__file__).parent
dog = Image.open(here.parent / "dog.png").convert("RGB")
small = dog.crop((16, 9, 57, 42))  # 41 x 33: odd
small.save(here / "source.png")
kernels = {
    "nearest": Image.NEAREST,
    "bilinear": Image.BILINEAR,
    "bicubic": Image.BICUBIC,
    "lanczos3": Image.LANCZOS,
}
sizes = [(82, 66), (73, 59), (60, 14), (19, 50), (41, 17), (20, 16), (13, 11), (3, 2)]
for name, kernel in kernels.items():
    for width, height in sizes:
        small.resize((width, height), kernel).save(here / f"{name}-{width}x{height}.png")
    # cover: 41 x 33 becomes 62 x 50, of which the middle is kept; sizes round half up
    small.resize((62, 50), kernel).crop((6, 0, 56, 50)).save(here / f"{name}-cover-50x50.png")
    # a box of the picture, in whole pixels, then resized
    small.crop((10, 7, 31, 26)).resize((48, 30), kernel).save(here / f"{name}-crop-48x30.png")
