import keras
from keras import layers

lenet5 = keras.Sequential(
    [
        keras.Input((32, 32, 1)),
        layers.Conv2D(6, 5, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Conv2D(16, 5, activation="relu"),
        layers.MaxPooling2D(2),
        layers.Flatten(),
        layers.Dense(120, activation="relu"),
        layers.Dense(84, activation="relu"),
        layers.Dense(10, activation="softmax"),
    ],
    name="lenet5",
)
lenet5.summary()
