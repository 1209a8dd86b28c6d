"""Claims of the lesson on depth: gradients that fade, ReLUs that die."""

from statistics import mean

import numpy as np

from pages.components.recordings import first_to_last
from tests.claims.ledger import claim

LESSON = "deep_is_hard"


def dense(early_layers, activation, layers):
    """Return the recorded trainings of a dense net, one a seed."""
    runs = [r for r in early_layers["runs"] if (r["model"], r["layers"]) == (activation, layers)]
    assert len({run["seed"] for run in runs}) == len(runs) == 3
    return runs


def end(run):
    """Return the error over the last tenth of a training."""
    return mean(run["error"][-2:])


@claim(
    LESSON,
    "With four such layers the first one begins with less than a tenth of the last one's gradient; "
    "while it catches up the error rests, and then it falls.",
    "有四个这样的层时，第一层一开始的梯度不到最后一层的十分之一；它追上来的时候误差停着不动，然后才下降。",
    "early_layers",
)
def four_sigmoid_layers_learn_late(early_layers):
    for run in dense(early_layers, "sigmoid", 4):
        shares = first_to_last([run])
        assert shares[0] < 0.1 < 0.5 < max(shares)
        caught_up = next(at for at, share in enumerate(shares) if share > 0.5)
        assert caught_up > 1
        assert min(run["error"][:2]) > 0.75  # a guess: 0.83
        assert end(run) < 0.3


@claim(
    LESSON,
    "With six layers the first never gets a hundredth of the last one's: the last layers move, the "
    "first ones hardly do, and nothing is learned in {steps:,} steps.",
    "有六层时，第一层的梯度始终不到最后一层的百分之一：后面的层在动，前面的层几乎不动，{steps:,} 步里什么也没学到。",
    "early_layers",
)
def six_sigmoid_layers_do_not_learn(early_layers):
    for run in dense(early_layers, "sigmoid", 6):
        assert max(first_to_last([run])) < 0.01
        assert min(run["error"]) > 0.75
    return {"steps": dense(early_layers, "sigmoid", 6)[0]["steps"]}


@claim(
    LESSON,
    "In ReLU layers of the same depths the first gets no less than the last from the start, and they "
    "learn.",
    "同样层数的 ReLU，第一层的梯度从一开始就不比最后一层少，也学得会。",
    "early_layers",
)
def relu_layers_get_gradient(early_layers):
    for layers in (4, 6):
        for run in dense(early_layers, "relu", layers):
            assert min(first_to_last([run])[:5]) > 1
            assert end(run) < 0.05


@claim(LESSON, "A sigmoid's slope is at most 1/4.", "sigmoid 的斜率最多是 1/4。")
def slope_of_the_sigmoid():
    a = np.linspace(0, 1, 1001)  # its values
    assert (a * (1 - a)).max() == 0.25


@claim(
    LESSON,
    "Shipped recordings: dense plain nets without BatchNorm train on SIGNS at {side}×{side} grey "
    "pixels, from Glorot's weights.",
    "自带的记录：没有 BatchNorm 的全连接普通网络，用 Glorot 初始权重，在 {side}×{side} 灰度像素的 SIGNS 上训练。",
    "early_layers",
)
def what_the_dense_nets_are(early_layers):
    assert early_layers["data"] == "signs"
    assert early_layers["initializer"] == "glorot_uniform"
    assert not early_layers["batch_norm"]
    return {"side": early_layers["image_size"]}


def watched(two_by_two, initializer, rate):
    """Return the deep plain nets without BatchNorm, one a seed."""
    runs = [
        run
        for run in two_by_two["runs"]
        if "dead" in run and (run["initializer"], run["learning_rate"]) == (initializer, rate)
    ]
    assert len(runs) == 3
    return runs


@claim(
    LESSON,
    "With {layers} layers ReLU fails as well, in two ways. From Glorot's weights at the rate 0.003 "
    "the early layers' gradient *fades*: the first one's "
    "falls to less than a fiftieth of what it was and below a hundredth of the last one's, and "
    "nothing is learned.",
    "到了 {layers} 层，ReLU 也会失败，而且有两种方式。用 Glorot 初始权重、学习率 0.003 时，前面几层的梯度**逐渐消失**：第一层的梯度降到原来的五十分之一以下，"
    "也不到最后一层的百分之一，什么也没学到。",
    "two_by_two",
)
def early_gradients_fade(two_by_two):
    for run in watched(two_by_two, "glorot_uniform", 0.003):
        assert run["norms"][-1][0] < run["norms"][0][0] / 50
        assert 0 < run["norms"][-1][0] < run["norms"][-1][2] / 100
        assert min(run["error"]) > 0.75
    return {"layers": two_by_two["layers"]}


@claim(
    LESSON,
    "At the rate 0.3 the ReLUs *die*: within 100 steps one layer gives 0 for every image, and from "
    "then on every layer's gradient is exactly zero, the last one's too.",
    "学习率 0.3 时 ReLU **死亡**：100 步之内，某一层对每张图像都输出 0，从此每一层的梯度都恰好为零，最后一层也是。",
    "two_by_two",
)
def relus_die(two_by_two):
    for run in watched(two_by_two, "glorot_uniform", 0.3):
        every = run["steps"] // len(run["norms"])
        assert not np.any(run["norms"][100 // every :])
        assert run["dead"][-1] > run["dead"][0] + 0.1


@claim(
    LESSON,
    "From He's weights gradients stay, and at its best rate the net gets about half of its images "
    "right.",
    "用 He 初始权重时梯度都在，取最好的学习率，网络大约答对一半图像。",
    "two_by_two",
)
def from_he_half_is_learned(two_by_two):
    found = {rate: watched(two_by_two, "he_normal", rate) for rate in (0.0003, 0.003, 0.03)}
    assert all(min(run["norms"][-1]) > 0.01 for runs in found.values() for run in runs)
    assert 0.4 < min(mean(map(end, runs)) for runs in found.values()) < 0.6


@claim(
    LESSON,
    "Shipped recordings: the plain nets without BatchNorm of the next lesson, {layers} hidden ReLU "
    "layers, three seeds. At the right the ReLUs that give 0 for every training image.",
    "自带的记录：下一课里没有 BatchNorm 的普通网络，{layers} 个 ReLU 隐藏层，三个种子。右边是对每张训练图像都输出 0 的 ReLU。",
    "two_by_two",
)
def what_the_deep_nets_are(two_by_two):
    assert two_by_two["activation"] == "relu"
    return {"layers": two_by_two["layers"]}
