"""Claims of the lesson on Keras."""

import inspect
from math import ceil, log

import keras
import numpy as np
import pytest
from keras import ops

from resnet.analysis.intervals import wilson_interval
from resnet.inference.learning_phase import BESIDE, phases
from resnet.models.resnet50 import identity_block
from tests.claims.ledger import SCREENS, claim

LESSON = "four_steps"
SCORES = np.linspace(-4, 4, 9)
IMAGES, TESTED, BATCH, SIGNS = 1080, 120, 32, 6


@claim(
    LESSON,
    "Yes: the net gives each sign about a sixth, and −ln(1/6) = {loss:.2f}.",
    "对：网络给每种手势大约六分之一，而 −ln(1/6) = {loss:.2f}。",
)
def loss_without_an_idea():
    return {"loss": log(SIGNS)}


@claim(
    LESSON,
    "{full} batches are full; {left} images are left for one more.",
    "满的批次有 {full} 个；还剩 {left} 张，要再来一个批次。",
)
def full_batches():
    return {"full": IMAGES // BATCH, "left": IMAGES % BATCH}


@claim(
    LESSON,
    "{steps} Yes: 1,080 / 32 = {batches:.2f}, and the last batch is smaller.",
    "{steps} 对：1,080 / 32 = {batches:.2f}，最后一个批次小一些。",
)
def steps_of_an_epoch():
    return {"steps": ceil(IMAGES / BATCH), "batches": IMAGES / BATCH}


@claim(
    LESSON,
    "SIGNS has 120 of them, so one image is {one:.2f} points, and two nets that differ by two "
    "points may be equally good.",
    "SIGNS 有 120 张，一张就是 {one:.2f} 个百分点；相差两个百分点的两个网络可能一样好。",
)
def two_points_are_within_the_interval():
    for right in range(60, TESTED - 1):
        better = min(right + 3, TESTED)  # two points are 2.4 images
        assert wilson_interval(better, TESTED)[0] < wilson_interval(right, TESTED)[1]
    return {"one": 100 / TESTED}


@claim(
    LESSON,
    "With Keras's momentum 0.99 and 34 steps an epoch, {slow:.0f} % of their first values are still "
    "there after one epoch. Momentum 0.9 leaves {fast:.0f} %.",
    "Keras 的动量是 0.99，一轮 34 步，一轮之后初始值还占 {slow:.0f}%。动量 0.9 只剩 {fast:.0f}%。",
)
def batch_norm_forgets_slowly():
    return {"slow": 100 * 0.99**34, "fast": 100 * 0.9**34}


@claim(
    SCREENS,
    "with Keras's momentum of 0.99 half of them are still the first guess after two epochs of 34 "
    "steps.",
    "Keras 默认动量为 0.99，两轮（每轮 34 步）之后其中还有一半是初始值。",
)
def batch_norm_has_forgotten_half():
    assert 0.45 < 0.99 ** (2 * 34) < 0.55


@claim(
    LESSON,
    "Its question is yes or no: one output with a sigmoid, and *binary* cross-entropy, which "
    "counts both answers, $-y\\ln p-(1-y)\\ln(1-p)$.",
    "它的问题是“是”或“否”：一个输出加 sigmoid，用**二元**交叉熵，两种答案都算，"
    "$-y\\ln p-(1-y)\\ln(1-p)$。",
)
def binary_cross_entropy_counts_both_answers():
    p = np.array([0.2, 0.9])
    for y in (0.0, 1.0):
        found = keras.losses.binary_crossentropy(np.full((2, 1), y), p[:, np.newaxis])
        expected = -y * np.log(p) - (1 - y) * np.log(1 - p)
        assert np.asarray(found) == pytest.approx(expected, rel=1e-4)


@claim(
    LESSON,
    "Six signs exclude each other: six outputs with a softmax, which add up to 1, and "
    "*categorical* cross-entropy, $-\\ln p$ of the right one.",
    "六种手势互相排斥：六个输出加 softmax，总和为 1，用**分类**交叉熵，即正确那一类的 $-\\ln p$。",
)
def categorical_cross_entropy_counts_the_right_one():
    p = np.asarray(ops.softmax(np.arange(6.0)))
    assert p.sum() == pytest.approx(1)
    found = keras.losses.sparse_categorical_crossentropy(np.array([2]), p[np.newaxis])
    assert float(np.asarray(found)[0]) == pytest.approx(-np.log(p[2]), rel=1e-5)


@claim(
    LESSON,
    "With two classes both are the same: the sigmoid of $z$ is the softmax of $z$ and 0.",
    "只有两类时两者相同：$z$ 的 sigmoid 就是 $z$ 与 0 的 softmax。",
)
def two_classes_are_one_question():
    pairs = np.stack([SCORES, np.zeros_like(SCORES)], axis=1)
    assert np.asarray(ops.softmax(pairs))[:, 0] == pytest.approx(np.asarray(ops.sigmoid(SCORES)))


@claim(
    LESSON, "Yes: it says one half, and −ln(1/2) = {half}.", "对：它说一半，而 −ln(1/2) = {half}。"
)
def no_idea_of_two_costs():
    return {"half": f"{-np.log(1 / 2):.2f}"}


@claim(LESSON, "That is −ln(1/6), for six signs.", "那是 −ln(1/6)，六种手势时才是。")
def no_idea_of_six_costs():
    assert round(-np.log(1 / 6), 2) == 1.79


@claim(
    LESSON,
    "The older notebook of ResNet-50 begins with `K.set_learning_phase(1)`: every layer is in "
    "training mode from then on, in `evaluate` and `predict` as well. BatchNorm then never uses "
    "its running averages, but the statistics of the images that it has before it.",
    "旧版 ResNet-50 notebook 一开头就写 `K.set_learning_phase(1)`：从此每一层都处于训练状态，"
    "在 `evaluate` 和 `predict` 里也一样。于是批归一化（BatchNorm）从不使用滑动平均，"
    "而是用眼前这批图像的统计量。",
)
def in_training_mode_batch_norm_uses_its_batch():
    x = np.random.default_rng(0).normal(5, 3, (32, 4)).astype("float32")
    layer = keras.layers.BatchNormalization()
    seen = np.asarray(layer(x, training=True))
    assert seen.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-3)
    assert np.asarray(layer(x, training=False)).mean() > 1


@claim(
    LESSON,
    "Alone, beside {beside} photos of other signs, beside {beside} of the same sign.",
    "单独一张，旁边有 {beside} 张其他手势的照片，旁边有 {beside} 张同一手势的照片。",
)
def the_company_changes_the_answer_in_training_mode_alone():
    found = phases()
    assert np.ptp(found.prediction) < 1e-4
    assert np.ptp(found.training) > 0.1
    return {"beside": str(BESIDE)}


@claim(
    LESSON,
    "Keras 3 no longer has that line; a layer is told by `training=`, which is what the newer "
    "notebook hands through its blocks.",
    "Keras 3 已经没有这一行；现在用 `training=` 告诉每一层，新版 notebook 就是把它一路传过各个块。",
)
def the_line_is_gone():
    assert not hasattr(keras.backend, "set_learning_phase")
    assert "training" in inspect.signature(identity_block).parameters
