"""Claims of the lesson on one block."""

import numpy as np
import pytest

from resnet.analysis.two_layers import WIDTH, backward, forward, gradient_over_blocks
from resnet.models.block import Block
from tests.claims.ledger import claim

LESSON = "two_ways"
SEEDS = range(5)


@claim(
    LESSON,
    "Plain-20 has {plain20:,} weights here.",
    "这里的 plain-20 有 {plain20:,} 个权重。",
    "nets",
)
def weights_of_plain20(nets):
    return {net["model"]: net["parameters"] for net in nets["nets"]}


@claim(
    LESSON,
    "{resnet20:,} Yes, not one more: a shortcut adds numbers that are there already, and where the "
    "shape changes these nets fill up with zeros.",
    "{resnet20:,} 对，一个也不多：捷径加上的是已有的数，形状改变处这些网络用补零。",
    "nets",
)
def shortcuts_have_no_weights(nets):
    counts = {net["model"]: (net["parameters"], net["multiply_adds"]) for net in nets["nets"]}
    for depth in (20, 32, 44, 56, 110):
        assert counts[f"plain{depth}"] == counts[f"resnet{depth}"]
    return {"resnet20": counts["resnet20"][0]}


@claim(
    LESSON,
    "a branch that ended in a ReLU could only ever add, and signals would grow from block to block.",
    "如果分支以 ReLU 结尾，就只能一直加，信号会逐块变大。",
)
def a_branch_of_relus_only_adds():
    random = np.random.default_rng(0)
    x = random.uniform(0, 2, 16)
    for _block in range(10):
        before = x
        x = x + np.maximum(random.normal(0, 0.3, (16, 16)) @ x, 0)
        assert np.all(x >= before)


@claim(LESSON, "Shapes 15×15×256 and 8×8×512 do not broadcast", "15×15×256 和 8×8×512 无法广播")
def unequal_shapes_do_not_broadcast():
    with pytest.raises(ValueError, match="broadcast"):
        np.empty((15, 15, 256)) + np.empty((8, 8, 512))


@claim(
    LESSON,
    "Become 8×8×512 by a 1×1 convolution with stride 2 Yes: $W_s$ with 512 filters and stride 2 "
    "gives exactly the branch's shape.",
    "用步幅 2 的 1×1 卷积变成 8×8×512 对：$W_s$ 有 512 个滤波器、步幅 2，正好得到分支的形状。",
)
def a_strided_projection_has_the_branch_s_shape():
    assert np.empty((15, 15, 256))[::2, ::2].shape[:2] == (8, 8)


@claim(
    LESSON,
    "All zeros: then $z^{{[l+2]}} = 0$ and $g(a^{{[l]}} + 0) = a^{{[l]}}$.",
    "全为零：这时 $z^{{[l+2]}} = 0$，$g(a^{{[l]}} + 0) = a^{{[l]}}$。",
)
def zeros_give_the_input_back():
    a = np.random.default_rng(0).uniform(0, 2, 4)
    assert np.array_equal(np.maximum(np.zeros((4, 4)) @ a + a, 0), a)
    assert not np.maximum(np.zeros((4, 4)) @ a, 0).any()


@claim(
    LESSON,
    "256 · 512 = {weights:,} weights (and 512 biases if there are any). It looks at 8×8 places: "
    "{weights:,} · 64 = {work:,} multiply-adds.",
    "256 · 512 = {weights:,} 个权重（如果有偏置，再加 512 个）。它看 8×8 个位置：{weights:,} · 64 = {work:,} 次乘加。",
)
def cost_of_the_projection():
    return {"weights": 256 * 512, "work": 256 * 512 * 8 * 8}


def passed(seed, size, shortcut):
    """Return the drawn block's way back, as the page draws it."""
    random = np.random.default_rng(seed)
    a, gradient = random.uniform(0, 2, 4), random.normal(size=4)
    w1, w2 = size * random.normal(0, 0.6, (2, 4, 4))
    return gradient, backward(forward(a, w1, w2, shortcut), gradient)


@claim(
    LESSON,
    "A plain net of ten layers becomes a residual one of five blocks: one shortcut past every two "
    "layers.",
    "一个十层的普通网络就变成五个块的残差网络：每两层一条捷径。",
)
def ten_layers_are_five_blocks():
    assert 10 / len(Block("basic", (4, 4)).convolutions()) == 5


@claim(
    LESSON,
    "Without a shortcut the first term is missing, and all that arrives has passed both matrices.",
    "没有捷径就没有第一项，到达的一切都得穿过两个矩阵。",
)
def without_a_shortcut_the_branch_is_all():
    for seed in SEEDS:
        _gradient, plain = passed(seed, 1, False)
        assert (plain.a == plain.branch).all()
        _gradient, residual = passed(seed, 1, True)
        assert residual.a == pytest.approx(residual.delta + residual.branch)


@claim(
    LESSON,
    "An addition does not share; each summand gets all of it.",
    "加法不平分，每个加数都得到全部。",
)
def each_summand_gets_all_of_delta():
    for seed in SEEDS:
        _gradient, back = passed(seed, 1, True)
        assert back.a - back.branch == pytest.approx(back.delta)


@claim(
    LESSON,
    "Yes: the second term is zero, and the first has passed no weight at all.",
    "对：第二项为零，而第一项没有经过任何权重。",
)
def without_weights_all_of_delta_arrives():
    for seed in SEEDS:
        gradient, back = passed(seed, 0, True)
        assert not back.branch.any()
        assert (back.a == back.delta).all()
        assert (back.delta == gradient).all()


@claim(
    LESSON,
    "Set the size of the weights to 0, then switch the shortcut off.",
    "把权重的大小设为 0，然后关掉捷径。",
)
def without_weights_and_shortcut_nothing_arrives():
    assert not any(passed(seed, 0, False)[1].a.any() for seed in SEEDS)


@claim(
    LESSON,
    "Each multiplies the gradient once more, and a product of many factors vanishes or explodes "
    "unless they are close to 1.",
    "每个块都让梯度再乘一次；很多因子相乘，只要不接近 1，结果不是消失就是爆炸。",
)
def fifty_factors_vanish_or_explode():
    for shortcut, size in ((False, 0.5), (True, 1)):
        found = gradient_over_blocks(50, size, shortcut)
        assert not 1e-6 < found[0] < 1e6
    assert gradient_over_blocks(50, 0, True)[0] == pytest.approx(1)


@claim(
    LESSON,
    "Blocks of {width} units, random weights, no BatchNorm, one seed, computed now; the gradient "
    "starts with length 1 at the right.",
    "每层 {width} 个单元的块，随机权重，没有 BatchNorm，一个种子，现场计算；"
    "梯度从右端出发，长度为 1。",
)
def the_gradient_starts_with_length_one():
    assert gradient_over_blocks(3, 1, True)[-1] == pytest.approx(1)
    return {"width": str(WIDTH)}


@claim(
    LESSON,
    "With small weights the plain net's gradient vanishes and the residual one's stays near 1. At "
    "the size 1 it is the residual net's gradient that grows: shortcuts keep it from vanishing, "
    "they do not keep it from exploding.",
    "权重小时，普通网络的梯度消失，残差网络的保持在 1 附近。"
    "大小为 1 时，不断增长的是残差网络的梯度：捷径防止消失，却防不住爆炸。",
)
def small_weights_starve_the_plain_net_and_usual_ones_blow_the_residual_up():
    for seed in SEEDS:
        for size in (0.1, 0.3, 0.5):
            assert gradient_over_blocks(20, size, False, seed)[0] < 1e-9
            assert 0.5 < gradient_over_blocks(20, size, True, seed)[0] < 3
        grown, plain = (gradient_over_blocks(20, 1, s, seed)[0] for s in (True, False))
        assert grown > 100
        assert 0.1 < plain < 10
