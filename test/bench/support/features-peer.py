"""The same job in Keras: JPEG files -> features, as image_dataset_from_directory decodes and predict computes them. Arguments:
model, side, a file that lists photos. Batches of 16 and of 32 photos, twice each in turn: the fastest counts."""
import json
import resource
import sys
import time

import tensorflow as tf

name, side, listing = sys.argv[1], int(sys.argv[2]), sys.argv[3]
files = open(listing, encoding="utf8").read().split("\n")
applications = tf.keras.applications
module = {"resnet50": applications.resnet50, "inceptionv3": applications.inception_v3,
          "efficientnetb3": applications.efficientnet}[name]
build = {"resnet50": applications.ResNet50, "inceptionv3": applications.InceptionV3,
         "efficientnetb3": applications.EfficientNetB3}[name]
model = build(weights=None, include_top=False, pooling="avg", input_shape=(side, side, 3))


def load(path):
    picture = tf.io.decode_jpeg(tf.io.read_file(path), channels=3, fancy_upscaling=True)
    return tf.image.resize(picture, (side, side))


def photos(batch):
    return tf.data.Dataset.from_tensor_slices(files).map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(batch).map(
        module.preprocess_input).prefetch(tf.data.AUTOTUNE)


def seconds(batch):
    started = time.perf_counter()
    model.predict(photos(batch), verbose=0)
    return time.perf_counter() - started


for batch in (16, 32):
    model.predict(photos(batch).take(2), verbose=0)  # traces the graph
times = {}
for _ in range(2):
    for batch in (16, 32):
        times[batch] = min(times.get(batch, float("inf")), seconds(batch))
best = min(times, key=times.get)
print(json.dumps({"version": f"Keras {tf.keras.__version__}, TensorFlow {tf.__version__}", "photos": len(files),
                  "batch": best, "seconds": times[best], "photosPerSecond": len(files) / times[best],
                  "peakRssMegabytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
