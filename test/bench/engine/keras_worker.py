"""One contender of the engine benchmark: Keras on TensorFlow. `keras_worker.py <threads>`.

The networks are keras.applications' own with random weights; NHWC, as TensorFlow on a processor wants it, in graph mode
without XLA, which is slower for each of them (0.07 to 0.93 of the speed).
"""

import os
import sys

THREADS = int(sys.argv[1])
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import tensorflow as tf  # noqa: E402
from answer_tasks import answer_tasks  # noqa: E402

keras = tf.keras
tf.config.threading.set_intra_op_parallelism_threads(THREADS)
tf.config.threading.set_inter_op_parallelism_threads(THREADS)
keras.utils.set_random_seed(1)

NETS = {"resnet50": "ResNet50", "mobilenetv2": "MobileNetV2", "efficientnetb3": "EfficientNetB3"}


def scratch_cnn(size):
    layers = [keras.layers.Input((size, size, 3))]
    for i, filters in enumerate([4, 8, 16, 32]):
        layers += [keras.layers.Conv2D(filters, 4, padding="same"), keras.layers.BatchNormalization(), keras.layers.ReLU()]
        layers += [keras.layers.MaxPooling2D(2, padding="same")] if i < 3 else []
    layers += [keras.layers.GlobalAveragePooling2D(), keras.layers.Dropout(0.2)]
    return keras.Sequential([*layers, keras.layers.Dense(64, "relu"), keras.layers.Dense(20, "softmax")])


def predict_runner(task):
    shape = (task["size"], task["size"], 3)
    net = getattr(keras.applications, NETS[task["net"]])(weights=None, include_top=False, pooling="avg", input_shape=shape)
    predict = tf.function(lambda x: net(x, training=False))
    inputs = [tf.random.uniform((task["batch"], *shape)) for _ in range(3)]

    def run(batches):
        for i in range(batches):
            predict(inputs[i % 3]).numpy()

    return run


def train_runner(task):
    net = scratch_cnn(task["size"])
    net.compile(keras.optimizers.Adam(1e-3), "categorical_crossentropy", metrics=["accuracy"], jit_compile=False)
    batch, size = task["batch"], task["size"]
    images = [tf.random.uniform((batch, size, size, 3)) for _ in range(4)]
    labels = [tf.one_hot(tf.range(batch) % 20, 20) for _ in range(4)]

    def run(batches):
        for i in range(batches):
            net.train_on_batch(images[i % 4], labels[i % 4])

    return run


answer_tasks(
    f"Keras {keras.__version__}, TensorFlow {tf.__version__}, graph mode, {THREADS} threads",
    lambda task: (train_runner if task["net"] == "scratch-cnn" else predict_runner)(task),
)
