import keras
import numpy as np
from keras import layers

keras.utils.set_random_seed(0)
photo = keras.Input((32, 32, 3))
x = photo
for filters in (16, 32, 64):
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    x = layers.MaxPooling2D(2)(x)
model = keras.Model(photo, layers.Dense(6, activation="softmax")(layers.Flatten()(x)))
model.summary()
