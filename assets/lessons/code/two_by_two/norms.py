import keras
import matplotlib.pyplot as plt
import numpy as np
from keras import layers


def block(x, filters, batch_norm, shortcut):
    y = x
    for last in (False, True):
        y = layers.Conv2D(filters, 3, padding="same", use_bias=not batch_norm)(y)
        y = layers.BatchNormalization()(y) if batch_norm else y
        y = y if last else layers.ReLU()(y)
    return layers.ReLU()(layers.Add()([y, x]) if shortcut else y)


def signal_sizes(batch_norm, shortcut, blocks=15, filters=16):
    keras.utils.set_random_seed(0)
    image = keras.Input((32, 32, 3))
    x = layers.Conv2D(filters, 3, padding="same")(image)
    outputs = []
    for _ in range(blocks):
        x = block(x, filters, batch_norm, shortcut)
        outputs.append(x)
    batch = np.random.default_rng(0).random((8, 32, 32, 3), dtype="float32")
    found = keras.Model(image, outputs)(batch, training=True)
    return [float(keras.ops.std(output)) for output in found]


for batch_norm in (False, True):
    for shortcut in (False, True):
        name = f"BatchNorm {batch_norm}, shortcut {shortcut}"
        plt.semilogy(signal_sizes(batch_norm, shortcut), label=name)
plt.xlabel("block")
plt.ylabel("size of the signal (Glorot weights)")
plt.legend()
plt.show()
