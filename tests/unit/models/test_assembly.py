"""ResNet-50 as numbers, against the Keras models of the same numbers."""

import keras
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet.models.assembly import STAGES, StageChoice, parameters, shapes_after
from resnet.models.resnet50 import convolutional_block, identity_block


def test_the_course_s_net_has_its_counts_and_shapes():
    real = list(STAGES.values())
    assert parameters(real) == 23_600_006
    assert shapes_after(real) == [(15, 15, 256), (8, 8, 512), (4, 4, 1024), (2, 2, 2048)]
    assert 1 + 3 * sum(stage.blocks for stage in real) + 1 == 50


STAGE = st.builds(
    StageChoice,
    st.tuples(st.integers(1, 6), st.integers(1, 6), st.integers(1, 8)),
    st.integers(1, 3),
    st.integers(1, 3),
)


@settings(max_examples=8, deadline=None)
@given(st.lists(STAGE, min_size=1, max_size=3))
def test_any_assembly_counts_as_keras_does(stages):
    image = keras.Input((64, 64, 3))
    x = keras.layers.ZeroPadding2D(3)(image)
    x = keras.layers.Conv2D(64, 7, strides=2)(x)
    x = keras.layers.BatchNormalization()(x)
    x = keras.layers.MaxPooling2D(3, strides=2)(x)
    for (number, stage), shape in zip(enumerate(stages, 2), shapes_after(stages), strict=True):
        x = convolutional_block(x, 3, stage.filters, number, "a", stage.stride)
        for block in range(1, stage.blocks):
            x = identity_block(x, 3, stage.filters, number, "abc"[block])
        assert tuple(x.shape[1:]) == shape
    weights = keras.Model(image, x).count_params()
    height, width, channels = shapes_after(stages)[-1]
    flat = (height // 2) * (width // 2) * channels
    assert parameters(stages) == weights + flat * 6 + 6


@pytest.mark.parametrize("stride", [1, 2, 3])
def test_a_stride_rounds_up(stride):
    assert shapes_after([StageChoice((1, 1, 4), stride, 1)], (15, 15, 64)) == [
        (-(-15 // stride), -(-15 // stride), 4)
    ]
