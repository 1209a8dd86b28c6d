"""Claims of the lesson on BatchNorm and the shortcut."""

from statistics import mean

from pages.components.recordings import by_rate, first_to_last, mean_final_error
from resnet.data.classes import CHANCE
from tests.claims.ledger import claim

LESSON = "two_by_two"


def fades(net):
    """Return the gradient at the first block as a multiple of that at the last."""
    return net["block_norms"][0] / net["block_norms"][-1]


@claim(
    LESSON,
    "Vanishing needs depth, no shortcut, no BatchNorm, and weights that let the signal shrink.",
    "要消失，需要够深、没有捷径、没有 BatchNorm，并且初始权重让信号逐层缩小。",
    "gradient_norms",
)
def only_the_plain_net_without_batch_norm_vanishes(gradient_norms):
    nets = {
        (net["model"], net["batch_norm"]): fades(net)
        for net in gradient_norms["nets"]
        if net["initializer"] == "glorot_uniform"
    }
    assert nets["plain56", False] < 1e-3
    assert nets["plain8", False] > 1e-3
    for others in (("plain56", True), ("resnet56", False), ("resnet56", True)):
        assert nets[others] > 1


GLOROT, HE = "glorot_uniform", "he_normal"


def at_its_best(two_by_two, model, batch_norm, initializer):
    """Return the mean final error of one of the four nets at its best rate."""
    runs = [
        run
        for run in two_by_two["runs"]
        if (run["model"], run["batch_norm"], run["initializer"]) == (model, batch_norm, initializer)
    ]
    assert len(runs) == 3 * len(two_by_two["learning_rates"])
    return mean_final_error(next(iter(by_rate(runs).values())))


@claim(
    LESSON,
    "With Glorot's weights the shortcut alone is enough. With He's weights it does take both: "
    "choose them above.",
    "用 Glorot 初始权重时，只有捷径就够了。用 He 初始权重时才缺一不可：在上面选它。",
    "two_by_two",
)
def it_takes_both_from_one_kind_of_weights_only(two_by_two):
    assert at_its_best(two_by_two, "residual", False, GLOROT) < 0.2
    assert at_its_best(two_by_two, "residual", True, HE) < 0.2
    for others in (("plain", False), ("plain", True), ("residual", False)):
        assert at_its_best(two_by_two, *others, HE) > 0.4


@claim(
    LESSON,
    "BatchNorm keeps the signal's size, and yet the plain net with it stays above half at every "
    "rate.",
    "BatchNorm 保住了信号的大小，可带 BatchNorm 的普通网络在每个学习率下都停在一半以上。",
    "two_by_two",
)
def batch_norm_alone_learns_little(two_by_two):
    assert at_its_best(two_by_two, "plain", True, GLOROT) > 0.5


@claim(
    LESSON,
    "Yes, from these weights. From He's the net with shortcuts alone learns next to nothing: there "
    "it takes both.",
    "对，用这种初始权重是这样。用 He 初始权重时，只有捷径的网络几乎什么也没学到：那时缺一不可。",
    "two_by_two",
)
def the_two_with_shortcuts_learn(two_by_two):
    assert at_its_best(two_by_two, "residual", False, GLOROT) < 0.2
    assert at_its_best(two_by_two, "residual", True, GLOROT) < 0.2
    assert min(at_its_best(two_by_two, "plain", norm, GLOROT) for norm in (False, True)) > 0.5
    assert at_its_best(two_by_two, "residual", False, HE) > 0.7


@claim(
    LESSON,
    "Shipped recordings: dense ReLU nets of {layers} hidden layers with 64 units, {steps} steps on "
    "SIGNS at 8×8 grey pixels, every γ 1, three seeds of each. Say first where each will learn. A frame marks each "
    "net's best rate, a cross a run whose numbers became too large to go on; {guess:.0f} % is a "
    "guess, for there are six signs.",
    "自带的记录：有 {layers} 个隐藏层、每层 64 个单元的全连接 ReLU 网络，在 8×8 灰度像素的 SIGNS 上训练 {steps} 步，所有 γ "
    "都是 1，各三个种子。先说说每个网络在哪里学得会。方框标出每个网络最好的学习率，叉号表示数字大到算不下去的训练；"
    "{guess:.0f}% 就是随机水平，因为手势一共六种。",
    "two_by_two",
)
def what_the_sixteen_curves_are_of(two_by_two):
    assert len({run["seed"] for run in two_by_two["runs"]}) == 3
    assert len(two_by_two["learning_rates"]) * 4 == 16
    assert two_by_two["gamma"] == 1
    steps = {run["steps"] for run in two_by_two["runs"] if run["state"] == "DONE"}
    assert len(steps) == 1
    return {"layers": two_by_two["layers"], "steps": steps.pop(), "guess": 100 * (1 - CHANCE)}


@claim(
    LESSON,
    "Shipped recordings: the gradient that arrives at each block before training, one batch of "
    "synthetic hands, seed {seed}, every γ 1.",
    "自带的记录：训练之前到达每个块的梯度，一个批次的合成手势图，种子 {seed}，所有 γ 都是 1。",
    "gradient_norms",
)
def what_the_gradients_are_of(gradient_norms):
    assert gradient_norms["data"] == "synthetic"
    seeds = {net["seed"] for net in gradient_norms["nets"]}
    assert len(seeds) == 1
    return {"seed": seeds.pop()}


@claim(
    LESSON,
    "Glorot: signal and gradient shrink exponentially with depth, nothing is learned; He: both keep "
    "their size, and about half is learned | the gradient arrives, but it and the signal grow with "
    "every block: Glorot learns, He diverges |",
    "Glorot：信号和梯度随深度按指数缩小，什么也没学到；He：两者都保持大小，学会大约一半 | "
    "梯度能到达，但它和信号每过一个块就变大：Glorot 学得会，He 发散 |",
    "two_by_two",
)
def without_batch_norm_the_weights_decide(two_by_two):
    assert at_its_best(two_by_two, "plain", False, GLOROT) > 0.75
    assert 0.35 < at_its_best(two_by_two, "plain", False, HE) < 0.6
    diverged = [
        run["state"] == "DIVERGED"
        for run in two_by_two["runs"]
        if (run["model"], run["batch_norm"], run["initializer"]) == ("residual", False, HE)
    ]
    assert mean(diverged) > 0.75


@claim(
    LESSON,
    "signal kept, gradient grows towards the input; little is learned at this depth | both kept; "
    "learns from either |",
    "信号保住了，梯度朝输入方向增大；在这个深度学得很少 | 两者都保住；两种初始权重都学得会 |",
    "two_by_two",
    "gradient_norms",
)
def with_batch_norm_the_shortcut_decides(two_by_two, gradient_norms):
    grown = {
        (net["initializer"], net["model"]): fades(net)
        for net in gradient_norms["nets"]
        if net["batch_norm"]
    }
    for initializer in (GLOROT, HE):
        assert at_its_best(two_by_two, "plain", True, initializer) > 0.5
        assert at_its_best(two_by_two, "residual", True, initializer) < 0.2
        assert grown[initializer, "plain32"] > 10 * grown[initializer, "resnet32"]


@claim(
    LESSON,
    "With Glorot's weights and the rate 0.03 its first layer soon gets less than a thousandth of the "
    "gradient of its last one; lesson 1 draws it step by step.",
    "用 Glorot 初始权重、学习率 0.03 时，它第一层的梯度很快就不到最后一层的千分之一；第 1 课一步一步画了出来。",
    "two_by_two",
)
def early_layers_fade(two_by_two):
    trials = [
        run
        for run in two_by_two["runs"]
        if "dead" in run and (run["initializer"], run["learning_rate"]) == (GLOROT, 0.03)
    ]
    assert len(trials) == 3
    shares = first_to_last(trials)
    assert max(shares[len(shares) // 4 :]) < 1e-3


@claim(
    LESSON,
    "In ResNet-56 without BatchNorm and with He's initial weights it is {grown:,.0f} times as "
    "large at the first block as at the last.",
    "没有 BatchNorm、用 He 初始权重的 ResNet-56，第一个块的梯度是最后一个块的 {grown:,.0f} 倍。",
    "gradient_norms",
)
def shortcuts_alone_explode(gradient_norms):
    return {"grown": float(f"{resnet56(gradient_norms, batch_norm=False):.3g}")}


@claim(
    LESSON,
    "In ResNet-56 without BatchNorm and with He's initial weights it grows {grown:,.0f}-fold; with "
    "BatchNorm {kept:.0f}-fold.",
    "没有 BatchNorm、用 He 初始权重的 ResNet-56，梯度增大到 {grown:,.0f} 倍；有 BatchNorm 时是 {kept:.0f} 倍。",
    "gradient_norms",
)
def batch_norm_keeps_branches_small(gradient_norms):
    grown, kept = (resnet56(gradient_norms, batch_norm) for batch_norm in (False, True))
    return {"grown": float(f"{grown:.3g}"), "kept": kept}


def resnet56(gradient_norms, batch_norm):
    """Return how much larger the gradient is at the first block of ResNet-56, He's weights."""
    return fades(
        next(
            net
            for net in gradient_norms["nets"]
            if (net["model"], net["initializer"]) == ("resnet56", "he_normal")
            and net["batch_norm"] == batch_norm
        )
    )
