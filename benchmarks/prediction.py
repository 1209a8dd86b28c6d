"""A 12-megapixel photo's answer with Grad-CAM: the lab, and the usual way in plain Keras.

The lab finds the hand first and asks the net about variations of it, the usual way about the whole
photo. Both are warm and in the same process; the usual way decodes the whole photo, calls
model.predict(), and builds the two-headed model of the Grad-CAM tutorials each time.
"""

import io
import json
import statistics
import time
from collections.abc import Callable

import numpy as np
from PIL import Image

NET = "robust"


def measure(repeats: int = 5) -> dict[str, dict[str, float]]:
    """Return median seconds a photo of both ways, and their ratio."""
    photo = _photo()
    seconds = {"lab": _median(_lab, photo, repeats), "usual way": _median(_usual, photo, repeats)}
    return {"s a photo": seconds | {"ratio": seconds["lab"] / seconds["usual way"]}}


def _median(predict_photo: Callable[[bytes], object], photo: bytes, repeats: int) -> float:
    predict_photo(photo)
    times = []
    for _repeat in range(repeats):
        start = time.perf_counter()
        predict_photo(photo)
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def _photo() -> bytes:
    """Return a JPEG of 4000×3000 with a hand of the lab before a grainy wall."""
    from resnet.hands.synthetic import hand_with_matte
    from resnet.hands.view import Variety

    rng = np.random.default_rng(0)
    hand = hand_with_matte(3, rng, 160, Variety(framing=(0.7, 0.8), sleeve=0, dim=0))
    grain = rng.integers(-6, 7, (3000, 4000, 1)).repeat(3, axis=2)
    wall = Image.fromarray(np.clip(grain + (206, 204, 199), 0, 255).astype(np.uint8))
    picture, matte = (
        Image.fromarray(p).resize((1500, 1500)) for p in (hand[..., :3], hand[..., 3])
    )
    wall.paste(picture, (1200, 900), matte)
    content = io.BytesIO()
    wall.save(content, "JPEG", quality=90)
    return content.getvalue()


def _lab(photo: bytes) -> object:
    from resnet.data.photo import read_photo
    from resnet.hands.crop import variations, whole
    from resnet.inference.finding import find_hand
    from resnet.inference.photo_prediction import predict_photo
    from resnet.inference.prediction import load_net

    image = read_photo(photo)
    found = find_hand(image)
    square = found.square if found else whole(image)
    return predict_photo(NET, variations(image, square, load_net(NET).input_shape[1]))


def _usual(photo: bytes) -> object:
    import keras
    import tensorflow as tf

    from resnet.analysis.gradients import block_ends
    from resnet.inference.prediction import load_net

    model = load_net(NET)
    image = Image.open(io.BytesIO(photo)).convert("RGB").resize(model.input_shape[1:3])
    batch = np.asarray(image, np.float32)[np.newaxis] / 255
    best = int(model.predict(batch, verbose=0)[0].argmax())
    last = model.get_layer(block_ends(model)[-1]).output
    both = keras.Model(model.inputs, [last, model.outputs[0]])
    with tf.GradientTape() as tape:
        maps, answers = both(batch)
        score = answers[:, best]
    weights = tf.reduce_mean(tape.gradient(score, maps), axis=(0, 1, 2))
    return tf.nn.relu(tf.reduce_sum(weights * maps, axis=-1)).numpy()


if __name__ == "__main__":
    import resnet.backend  # noqa: F401

    print(json.dumps(measure(), indent=1))
