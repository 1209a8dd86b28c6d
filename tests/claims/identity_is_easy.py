"""Claims of the lesson on doing nothing."""

import itertools
from collections import Counter
from statistics import mean

import numpy as np
import pytest

from resnet.analysis.function_classes import best_fit, equal_cuts, error, kept_cuts, step_at
from resnet.analysis.signal import BATCH, decayed, passage
from resnet.data.classes import CHANCE
from tests.claims.ledger import claim

LESSON = "identity_is_easy"
STEPS = [step / 100 for step in range(10, 91)]  # wherever the slider puts it
COUNTS = range(1, 17)


def distances(scale, seed):
    """Return how far the plain and the residual block of the figure end from their input."""
    random = np.random.default_rng(seed)
    x = random.uniform(0.2, 2, 8)
    w1, w2 = (scale * random.normal(0, np.sqrt(2 / 8), (8, 8)) for _layer in range(2))
    branch = w2 @ np.maximum(w1 @ x, 0)
    ends = np.maximum(branch, 0), np.maximum(branch + x, 0)
    return [np.linalg.norm(end - x) / np.linalg.norm(x) for end in ends]


@claim(
    LESSON,
    "The plain one still has to rebuild its input from small weights, and cannot.",
    "普通块仍要用很小的权重把输入重新造出来，它做不到。",
)
def small_weights_leave_the_plain_block_far_away():
    assert all(distances(0.3, seed)[0] > 0.8 for seed in range(100))


@claim(
    LESSON,
    "Yes: its output differs from its input only by what the branch adds, and that is small.",
    "对：它的输出与输入只差分支加上的那一点，而那一点很小。",
)
def small_weights_keep_the_residual_block_near():
    assert all(distances(0.1, seed)[1] < 0.1 for seed in range(100))
    assert all(plain > residual for plain, residual in (distances(0.3, s) for s in range(100)))


@claim(
    LESSON,
    "For a residual block with b = 0 and no BatchNorm that is the identity, for plain layers it is "
    "silence.",
    "对没有 BatchNorm、b = 0 的残差块来说那就是恒等映射，对普通层来说则是一片寂静。",
)
def decay_alone_ends_at_the_identity_or_at_nothing():
    assert decayed(300, 0.05, shortcut=True)[-1] < 0.001
    assert decayed(300, 0.05, shortcut=False)[-1] > 0.999


@claim(
    LESSON,
    "With $W^{{[l+2]}} = 0$ and $b^{{[l+2]}} = 0$ the branch of a residual block gives zeros, and",
    "只要 $W^{{[l+2]}} = 0$ 且 $b^{{[l+2]}} = 0$，残差块的分支就给出零，于是",
)
def a_branch_of_zeros():
    plain, residual = distances(0, seed=0)
    assert residual == 0
    assert plain == 1


@claim(
    LESSON,
    "One layer while only weight decay moves its weights; {examples} random examples, no biases: the "
    "distance between output and input as a share of the input's length.",
    "只有权重衰减在移动权重的一层；{examples} 个随机样本，没有偏置：输出与输入之间的距离，占输入长度的比例。",
)
def what_decays():
    assert decayed(1, 0.1, shortcut=True)[0] > decayed(1, 0.1, shortcut=True)[1]
    return {"examples": BATCH}


@claim(
    LESSON,
    "Eight units, one block, random weights and biases times the sliders, no BatchNorm, computed "
    "now. Look at how far the output's bars are from the input's. Then leave the weights at 0 and "
    "give it biases.",
    "八个单元，一个块，随机权重和偏置各乘以滑块的值，没有 BatchNorm，现场计算。看输出的柱子离输入的有多远。"
    "再让权重保持 0，只加偏置。",
)
def biases_alone_move_the_output():
    random = np.random.default_rng(0)
    x, b = random.uniform(0.2, 2, 8), random.normal(0, 1, 8)
    assert np.allclose(np.maximum(0 * b + x, 0), x)
    assert not np.allclose(np.maximum(b + x, 0), x)


@claim(
    LESSON,
    "The weights shrink as before, but BatchNorm divides by the spread of what they give, which "
    "shrinks with them.",
    "权重照样缩小，但 BatchNorm 会除以输出的标准差，而标准差也跟着缩小。",
)
def behind_batch_norm_decay_moves_nothing():
    for shortcut in (True, False):
        found = decayed(300, 0.02, shortcut, batch_norm=True)
        assert np.allclose(found, found[0])
        assert found[0] > 0.5  # neither the identity nor on its way there


@claim(LESSON, "The shortcut still brings the input.", "捷径仍然把输入带过来。")
def behind_batch_norm_the_shortcut_matters():
    residual, plain = (decayed(300, 0.02, way, batch_norm=True)[-1] for way in (True, False))
    assert residual != plain
    assert decayed(300, 0.1, shortcut=True)[-1] < 1e-6  # without BatchNorm the input is left


@claim(
    LESSON,
    "In Keras BatchNorm adds ε = 0.001 to the variance before it divides: weights a thousand times "
    "smaller do give less.",
    "Keras 的 BatchNorm 在相除之前给方差加上 ε = 0.001：权重小到千分之一时，输出确实会变小。",
)
def epsilon_ends_it_for_tiny_weights():
    random = np.random.default_rng(0)
    outputs = np.abs(random.standard_normal((64, 64))) @ random.standard_normal((64, 64)) / 8

    def spread(share):
        small = share * (outputs - outputs.mean(axis=0))
        return float((small / np.sqrt(small.var(axis=0) + 0.001)).std())

    assert spread(0.3) > 0.95
    assert spread(0.001) < 0.1


@claim(
    LESSON,
    "Yes: 0.9 to the power of 50 is {left:.3f}. And λ = 1.1 would make it {grown:.0f} times as "
    "much.",
    "对：0.9 的 50 次方是 {left:.3f}。而 λ = 1.1 会变成 {grown:.0f} 倍。",
)
def what_fifty_shortcuts_leave():
    return {"left": 0.9**50, "grown": 1.1**50}


@claim(LESSON, "only λ = 1 keeps it level", "只有 λ = 1 才是平的")
def only_a_whole_shortcut_is_level():
    assert len(set(passage(50, shortcut=1.0).shares)) == 1
    assert passage(50, shortcut=0.99).shares[-1] < 0.7
    assert passage(50, shortcut=1.01).shares[-1] > 1.5


@claim(
    LESSON,
    "Each layer multiplies the variance by about 1 + α²/2 (at scale 1), so 50 of them double it at "
    "α ≈ 0.17. 1/√50 ≈ {below:.2f} stays below:",
    "每层让方差大约乘以 1 + α²/2（权重尺度为 1），所以 α ≈ 0.17 时 50 层翻一倍。1/√50 ≈ {below:.2f} 在它之下：",
)
def small_branches_keep_the_variance():
    def grown(branch):
        """Return by how much 50 layers multiply the variance, the mean of many nets."""
        signals = (passage(50, shortcut=1.0, branch=branch, seed=seed) for seed in range(60))
        return mean(found.variances[-1] / found.variances[0] for found in signals)

    assert abs((1 + 0.17**2 / 2) ** 50 - 2) < 0.1
    assert 1.8 < grown(0.17) < 2.4
    assert grown(50**-0.5) < 1.9
    return {"below": 50**-0.5}


def with_one_new(twins, kind):
    """Return the accuracies with one new block of a kind, less those of the nets as trained."""
    return [
        share - run["without"][0]
        for run in twins["runs"]
        for share in run["with_new"].get(kind, ())
    ]


@claim(
    LESSON,
    "A shipped recording: test accuracy of trained nets of {depth} layers with one new block after "
    "one of their blocks, at every place in turn. SIGNS, {size}×{size}, BatchNorm on, every γ 1 at "
    "first, three seeds of each net.",
    "自带的记录：训练好的 {depth} 层网络，在某一个块后面插入一个新块之后的测试准确率，依次试遍每个位置。SIGNS，"
    "{size}×{size}，带 BatchNorm，一开始所有 γ 都是 1，每种网络三个种子。",
    "twins",
)
def what_the_new_blocks_are_put_into(twins):
    assert twins["gamma"] == 1
    assert Counter(run["model"] for run in twins["runs"]) == {"plain20": 3, "resnet20": 3}
    return {"depth": 20, "size": twins["image_size"]}


@claim(
    LESSON,
    "At γ = 1 the branch adds random numbers to what comes past it, and the accuracy falls.",
    "γ = 1 时，分支往绕过来的信号上加随机数，准确率就下降。",
    "twins",
)
def a_random_branch_costs_accuracy(twins):
    assert mean(with_one_new(twins, "one_gamma")) < -0.05


@claim(
    LESSON,
    "Yes, and both by construction, for both are the identity. Random kernels alone leave the plain "
    "net next to nothing.",
    "对，而且两者都是构造出来的，因为它们就是恒等映射。只有随机卷积核时，普通网络几乎什么也不剩。",
    "twins",
)
def two_of_four_new_blocks_keep_what_was_known(twins):
    for kind in ("zero_gamma", "dirac"):
        assert max(map(abs, with_one_new(twins, kind))) < 0.001
    plain = [share for run in twins["runs"] for share in run["with_new"].get("random", ())]
    assert abs(mean(plain) - CHANCE) < 0.1
    assert with_one_new(twins, "zero_gamma")


def errors(place, cuts):
    target = step_at(place)
    return [error(target, best_fit(target, cuts(count))) for count in COUNTS]


def rises(found):
    return any(after > before + 1e-6 for before, after in itertools.pairwise(found))


@claim(
    LESSON,
    "All the functions that nets of one depth can compute are a class, and a deeper net has a "
    "larger class. That helps for sure only where the larger class contains the smaller one.",
    "同一深度的网络能算出的所有函数组成一个函数类，网络越深，函数类越大。只有当大的包含小的，才保证不会变差。",
)
def a_larger_class_without_the_smaller_may_fit_worse():
    assert not set(equal_cuts(2)) <= set(equal_cuts(3))
    assert errors(0.5, equal_cuts)[2] > errors(0.5, equal_cuts)[1]
    assert all(set(kept_cuts(n)) < set(kept_cuts(n + 1)) for n in COUNTS)


@claim(
    LESSON,
    "More, but not all that two can: the cut in the middle is gone.",
    "多是多了，却不是两段能做的它都能做：中间那一刀不见了。",
)
def three_pieces_have_no_cut_in_the_middle():
    assert 0.5 in equal_cuts(2)
    assert 0.5 not in equal_cuts(3)


@claim(
    LESSON,
    "Yes: 2 pieces meet a step in the middle exactly, and 3 cannot, for their cuts lie elsewhere.",
    "对：阶跃在正中时，2 段恰好吻合，3 段做不到，因为切口在别处。",
)
def two_pieces_meet_a_step_in_the_middle():
    found = errors(0.5, equal_cuts)
    assert found[1] == pytest.approx(0, abs=1e-12)
    assert found[2] > 0.1


@claim(
    LESSON,
    "Each fit here is the best of its class. The class itself does not hold the smaller one.",
    "这里每次都是类中最佳的拟合。问题在于这个类不包含更小的那个。",
)
def no_other_level_of_a_piece_is_nearer():
    target, cuts = step_at(0.5), equal_cuts(3)
    fit = best_fit(target, cuts)
    for moved in (-0.01, 0.01):
        other = fit.copy()
        other[: len(other) // 3] += moved
        assert error(target, other) > error(target, fit)


@claim(
    LESSON,
    "A step and its best fits, by least squares, computed now. Grey: pieces of equal width, with "
    "all cuts new at each count.",
    "一个阶跃和它的最佳拟合（最小二乘，现场计算）。灰色：等宽的线段，段数一变，切口全部重来。",
)
def the_cuts_of_equal_pieces_are_new_at_the_next_count():
    assert all(not set(equal_cuts(n)) & set(equal_cuts(n + 1)) for n in COUNTS)


@claim(
    LESSON,
    "Move the step: the green error never rises, the grey one does, and yet at some counts the "
    "grey one is lower.",
    "移动阶跃：绿色的误差从不上升，灰色的会；不过在某些段数上，灰色的反而更低。",
)
def kept_cuts_never_lose_and_equal_ones_do():
    lower = 0
    for place in STEPS:
        equal, kept = errors(place, equal_cuts), errors(place, kept_cuts)
        assert rises(equal)
        assert not rises(kept)
        lower += any(e < k - 1e-6 for e, k in zip(equal, kept, strict=True))
    assert lower > len(STEPS) / 2
