"""Writes quarters.heic: red, green, blue and white quarters, 64 x 48 px, turned by an EXIF orientation of 6, as phones do.

pip install pillow-heif==1.8.1 (libheif with x265), then: python make_heic.py
"""
import numpy as np, pillow_heif
from PIL import Image
pixels = np.zeros((48, 64, 3), np.uint8)
pixels[:24, :32] = 255, 0, 0
pixels[:24, 32:] = 0, 255, 0
pixels[24:, :32] = 0, 0, 255
pixels[24:, 32:] = 255
image = Image.fromarray(pixels)
exif = Image.Exif()
exif[0x0112] = 6
exif.get_ifd(0x8769)[0x9003] = "2023:05:06 07:08:09"
pillow_heif.from_pillow(image).save("quarters.heic", quality=90, exif=exif.tobytes())
