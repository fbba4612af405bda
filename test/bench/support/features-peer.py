"""The same job in Keras: JPEG files -> ResNet50 or EfficientNetB3 features. Arguments: model, side, a file that lists photos."""
import json
import resource
import sys
import time

import tensorflow as tf

name, side, listing = sys.argv[1], int(sys.argv[2]), sys.argv[3]
files = open(listing, encoding="utf8").read().split("\n")
module = {"resnet50": tf.keras.applications.resnet50, "efficientnetb3": tf.keras.applications.efficientnet}[name]
build = {"resnet50": tf.keras.applications.ResNet50, "efficientnetb3": tf.keras.applications.EfficientNetB3}[name]
model = build(weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3))


def load(path):
    picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3, fancy_upscaling=True)
    return tf.image.resize(picture, (side, side))


def photos():
    return tf.data.Dataset.from_tensor_slices(files).map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(16).map(
        module.preprocess_input).prefetch(4)


model.predict(photos().take(2), verbose=0)  # traces the graph
started = time.perf_counter()
model.predict(photos(), verbose=0)
seconds = time.perf_counter() - started
print(json.dumps({"version": f"Keras {tf.keras.__version__}, TensorFlow {tf.__version__}", "photos": len(files), "seconds": seconds,
                  "photosPerSecond": len(files) / seconds,
                  "peakRssMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
