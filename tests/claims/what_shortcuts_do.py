"""Claims of the lesson that takes trained nets apart."""

from functools import cache, reduce
from itertools import product as cartesian
from math import comb

import numpy as np

from resnet.analysis.shattering import POINTS, autocorrelation, input_gradients
from resnet.analysis.signal import passage, path_gradients
from tests.claims.ledger import claim

LESSON = "what_shortcuts_do"


def carried_by(blocks, scale):
    """Return the mean length of the paths that carry the gradient, as the figure counts."""
    counts = np.array([comb(blocks, length) for length in range(blocks + 1)], float)
    carried = counts * path_gradients(blocks, scale=scale)
    return carried @ np.arange(blocks + 1) / carried.sum()


@cache
def alike(shortcut, branch, batch_norm):
    """Return how much the gradients of the figure's nets resemble themselves, and its error."""
    found = input_gradients(50, shortcut, branch, batch_norm, nets=16)
    each = autocorrelation(found)[:, 10]
    return each.mean(), each.std(ddof=1) / len(each) ** 0.5


@claim(
    LESSON,
    "There is one path through all branches, and at this scale each branch makes its gradient "
    "smaller.",
    "穿过所有分支的路径只有一条，而在这个尺度下每个分支都让梯度变小。",
)
def a_branch_shortens_the_gradient():
    for blocks in (4, 27, 54):
        assert (np.diff(path_gradients(blocks, scale=0.4)) < 0).all()


@claim(
    LESSON,
    "There are most of them, and at this scale each carries less than a short one.",
    "它们数量最多，但在这个尺度下每条携带的比短路径少。",
)
def shorter_paths_carry_it_at_scale_04():
    for blocks in (10, 27, 54):
        assert carried_by(blocks, 0.4) < 0.5 * blocks / 2


@claim(
    LESSON,
    "At √2 ≈ 1.4 a ReLU branch keeps a gradient's length, and the paths of average length carry it; "
    "above that the longer ones do.",
    "在 √2 ≈ 1.4 处，ReLU 分支正好保持梯度的长度，梯度由平均长度的路径携带；再大，就由更长的路径携带。",
)
def the_scale_decides_which_paths_carry():
    for blocks in (10, 27, 54):
        assert carried_by(blocks, 0.8) < 0.8 * blocks / 2
        assert abs(carried_by(blocks, 1.4) / (blocks / 2) - 1) < 0.03
        assert carried_by(blocks, 1.6) > 1.02 * blocks / 2


@claim(
    LESSON,
    "Each block offers two ways, so $n$ blocks make $2^n$ paths, most of them of about half the "
    "length. Multiplied out, the gradient's way back is the sum of all:",
    "每个块有两种走法，$n$ 个块就有 $2^n$ 条路径，其中多数的长度约为一半。乘开之后，梯度的回程就是它们的总和：",
)
def jacobians_multiply_out_to_paths():
    random = np.random.default_rng(0)
    jacobians = [random.standard_normal((4, 4)) for _block in range(5)]
    product = np.linalg.multi_dot([np.eye(4) + jacobian for jacobian in jacobians])
    paths = [
        reduce(
            np.matmul,
            [jacobian for jacobian, on in zip(jacobians, way, strict=True) if on],
            np.eye(4),
        )
        for way in cartesian((0, 1), repeat=5)
    ]
    assert len(paths) == 2**5
    assert np.allclose(product, sum(paths))
    counts = np.array([comb(54, length) for length in range(55)], float)
    assert counts[20:35].sum() > 0.9 * counts.sum()


@claim(
    LESSON,
    "The blocks themselves multiply out like this only if their branches are linear.",
    "只有当分支是线性的，块本身才能这样乘开。",
)
def blocks_multiply_out_if_they_are_linear():
    def nets(branch):
        """Return two blocks after each other, and the sum over their four paths."""
        x, (v, w) = random.standard_normal(4), random.standard_normal((2, 4, 4))
        first = x + branch(v @ x)
        return first + branch(w @ first), x + branch(v @ x) + branch(w @ x) + branch(
            w @ branch(v @ x)
        )

    random = np.random.default_rng(0)
    assert np.allclose(*nets(lambda z: z))
    assert not np.allclose(*nets(lambda z: np.maximum(z, 0)))


@claim(
    LESSON,
    "The gradient of random nets of one number, from −2 to 2: one net of each kind, then how much "
    "the gradients of sixteen resemble themselves a little further on. ReLU, computed now. Make β "
    "smaller, then switch BatchNorm on.",
    "前两图：只有一个输入数的随机网络，从 −2 到 2 的梯度，每种一个；第三图：隔开一点之后，十六个网络的梯度与自己还有多像。"
    "ReLU，现场计算。先调小 β，再打开 BatchNorm。",
)
def sixteen_nets():
    assert input_gradients(1, False, nets=16).shape == (16, POINTS)


@claim(
    LESSON,
    "The shortcut is what allows it: a plain net with nearly nothing in its only way has nearly "
    "nothing at its end.",
    "捷径的作用是让分支可以这么小：普通网络只有这一条路，路上几乎什么都没有，末端也就几乎什么都没有。",
)
def small_branches_need_the_shortcut():
    assert passage(50, 0.1 * 2**0.5).gradient_norms[0] < 1e-40
    assert passage(50, 2**0.5, shortcut=1.0, branch=0.1).gradient_norms[0] > 0.5


@claim(
    LESSON,
    "Look at β = 1: with whole branches the residual nets' gradients are hardly more alike than the "
    "plain ones'.",
    "看 β = 1：分支完整相加时，残差网络的梯度并不比普通网络的相似多少。",
)
def the_shortcut_alone_hardly_helps():
    (plain, plain_error), (whole, whole_error) = alike(False, 1.0, False), alike(True, 1.0, False)
    assert whole - plain < 3 * np.hypot(plain_error, whole_error)
    assert whole < 0.6


@claim(LESSON, "At β = 0.1 they stay alike.", "β = 0.1 时它们保持相似。")
def small_branches_keep_gradients_alike():
    (small, error), (whole, whole_error) = alike(True, 0.1, False), alike(True, 1.0, False)
    assert small > 0.65
    assert small - whole > 3 * np.hypot(error, whole_error)


@claim(
    LESSON,
    "Switch it on: here both kinds become less alike.",
    "打开看看：这里两种网络的梯度都变得更不相似。",
)
def batch_norm_shatters_here():
    for shortcut, branch in ((False, 1.0), (True, 1.0), (True, 0.1)):
        assert alike(shortcut, branch, True)[0] < alike(shortcut, branch, False)[0] - 0.1


def middle(surfaces):
    """Return the loss at each net's cross."""
    losses = {net["model"]: (net["losses"], net["steps"].index(0)) for net in surfaces["nets"]}
    return {model: rows[at][at] for model, (rows, at) in losses.items()}


@claim(
    LESSON,
    "Yes: its cross stands at a loss of {resnet56:.2g}, that of plain-56 at {plain56:.2g}. It is "
    "not wider there, but deeper.",
    "对：它的十字处损失为 {resnet56:.2g}，plain-56 的为 {plain56:.2g}。那里并不更宽，而是更深。",
    "surfaces",
)
def the_residual_net_stands_lower(surfaces):
    low = {
        net["model"]: sum(loss < 2 for row in net["losses"] for loss in row)
        for net in surfaces["nets"]
    }
    assert low["resnet56"] < low["plain56"]
    return middle(surfaces)


@claim(
    LESSON,
    "Its cross stands at a loss of {plain56:.2g}, that of ResNet-56 at {resnet56:.2g}.",
    "它的十字处损失为 {plain56:.2g}，ResNet-56 的为 {resnet56:.2g}。",
    "surfaces",
)
def the_plain_net_stands_higher(surfaces):
    assert middle(surfaces)["plain56"] > middle(surfaces)["resnet56"]
    return middle(surfaces)


@claim(
    LESSON,
    "The layers are the same, and yet the crosses stand at losses of {plain56:.2g} and "
    "{resnet56:.2g}.",
    "层是相同的，可是十字处的损失分别为 {plain56:.2g} 和 {resnet56:.2g}。",
    "surfaces",
)
def the_crosses_differ(surfaces):
    return middle(surfaces)


@claim(
    LESSON,
    "after {epochs} epochs plain-56 is right on {plain:.0f} % of its training images, ResNet-56 on "
    "{residual:.0f} %,",
    "{epochs} 轮之后，plain-56 答对训练图像的 {plain:.0f}%，ResNet-56 答对 {residual:.0f}%，",
    "surfaces",
)
def one_of_the_two_is_still_on_its_way(surfaces):
    right = {net["model"]: 100 * net["train_accuracy"] for net in surfaces["nets"]}
    return {"epochs": surfaces["epochs"], "plain": right["plain56"], "residual": right["resnet56"]}


@claim(
    LESSON,
    "both have BatchNorm, {images} training images. A cross is the net after {epochs} epochs.",
    "都带 BatchNorm，{images} 张训练图像。十字是训练 {epochs} 轮之后的网络。",
    "surfaces",
)
def what_the_surfaces_are_of(surfaces):
    assert surfaces["batch_norm"]
    return surfaces


@claim(LESSON, "Two directions out of {count:,} are a keyhole", "{count:,} 个方向里", "nets")
def how_many_directions_there_are(nets):
    weights = next(net["parameters"] for net in nets["nets"] if net["model"] == "resnet56")
    return {"count": round(weights // 10_000 * 10_000)}


@claim(
    LESSON,
    "The mean of the line from the first to the last block is about 0.75, so about {blocks:.0f} of "
    "54.",
    "从第一个块到最后一个块，这条直线的平均值约为 0.75，所以 54 个里约有 {blocks:.0f} 个。",
)
def blocks_that_stay():
    survival = 1 - np.arange(1, 55) / 54 * 0.5
    assert abs(survival.mean() - 0.75) < 0.006
    return {"blocks": survival.sum()}
