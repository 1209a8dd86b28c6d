"""Claims of the lesson on depth."""

from collections import defaultdict
from functools import cache
from statistics import geometric_mean, mean

import numpy as np

from pages.components.recordings import EXPERIMENTS
from resnet.analysis.identity_layers import growth
from resnet.analysis.signal import passage
from resnet.inference.checkpoint import read_card
from resnet.inference.prediction import load_net
from resnet.training.sweep import ALIKE
from tests.claims.ledger import claim

LESSON = "deep_is_hard"


@claim(
    LESSON,
    "If each factor shortens it by a tenth, 50 of them leave $0.9^{{50}} \\approx {left}\\,\\%$.",
    "如果每个因子都让它缩短十分之一，50 层之后只剩 $0.9^{{50}} \\approx {left}\\%$",
)
def fifty_factors_of_nine_tenths():
    return {"left": f"{0.9**50:.1%}".rstrip("%")}


@claim(
    LESSON,
    "Each layer keeps about half of the squared length, and half to the power of 50 is nearly "
    "nothing.",
    "每层留下约一半的平方长度，一半的 50 次方几乎为零。",
)
def relu_layers_halve_the_squared_length():
    squares = [passage(50, seed=seed).gradient_norms ** 2 for seed in range(20)]
    kept = mean((found[0] / found[-1]) ** (1 / 50) for found in squares)
    assert 0.4 < kept < 0.55
    assert all(found[0] / found[-1] < 1e-12 for found in squares)  # a millionth of the length


@claim(
    LESSON,
    "At 1 it shrinks: the slope of tanh is below 1 wherever its input is not zero. At 2 it "
    "explodes, about a thousandfold over 50 layers. With the linear function it is more than "
    "100,000,000,000 times as much again:",
    "取 1 时它缩小：只要输入不为零，tanh 的斜率就小于 1。取 2 时它也爆炸，50 层下来约为一千倍。线性函数还要再大 "
    "100,000,000,000 倍以上：",
)
def tanh_explodes_at_scale_2():
    def arrives(scale, activation):
        """Return what arrives of the gradient, the geometric mean of eight nets."""
        found = [passage(50, scale, activation, seed=seed).gradient_norms[0] for seed in range(8)]
        return geometric_mean(found)

    assert arrives(1.0, "tanh") < 0.2
    assert 300 < arrives(2.0, "tanh") < 3000
    assert arrives(2.0, "linear") / arrives(2.0, "tanh") > 1e11


@claim(
    LESSON,
    "with ReLU it is √2, and that is what He's initial weights are (He et al. 2015b). A little less "
    "and it vanishes, a little more and it explodes, and both grow with depth.",
    "对 ReLU 来说是 √2，这正是 He 初始化的取值（He et al. 2015b）。小一点就消失，大一点就爆炸，而且都随深度加剧。",
)
def relu_keeps_the_gradient_at_the_root_of_two():
    def arrives(scale, depth):
        found = [passage(depth, scale, seed=seed).gradient_norms[0] for seed in range(8)]
        return geometric_mean(found)

    assert 0.1 < arrives(2**0.5, 50) < 10
    assert arrives(1.2, 100) < arrives(1.2, 50) < 0.01
    assert arrives(1.7, 100) > arrives(1.7, 50) > 100


@claim(
    LESSON,
    "No: it grows with depth. Each layer adds its own gradient to the one that passes by, so "
    "lengths grow by a factor at each layer.",
    "不是，它随深度增长。每一层都把自己的梯度加到绕过去的那份上，所以每过一层都变长一些。",
)
def shortcuts_at_the_root_of_two_explode():
    norms = [passage(50, 2**0.5, shortcut=1.0, seed=seed).gradient_norms for seed in range(8)]
    assert all(found[0] > 1e6 > 1e2 > found[40] > found[50] for found in norms)


@claim(
    LESSON,
    "If each lengthens it by a tenth, it ends $1.1^{{50}} \\approx {grown:.0f}$ times as long.",
    "如果每个因子都让它伸长十分之一，最后就变成 $1.1^{{50}} \\approx {grown:.0f}$ 倍。",
)
def fifty_factors_of_eleven_tenths():
    return {"grown": 1.1**50}


def alike(depths, epochs=60):
    """Return the runs of each net that differ from the others' in nothing but net and seed."""
    found = defaultdict(list)
    for run in depths["runs"]:
        if run["epochs"] == epochs and not run["zero_last_gamma"]:
            found[run["model"]].append(run)
    assert {
        (run["batch_size"], run["learning_rate"]) for runs in found.values() for run in runs
    } == {(32, 0.1)}
    return found


def errors(depths, after=60):
    """Return the training errors of each net's runs after so many of their 60 epochs."""
    return {
        net: [1 - run["history"]["train_accuracy"][after - 1] for run in runs]
        for net, runs in alike(depths).items()
    }


@claim(
    LESSON,
    "It is not overfitting: the deeper net is worse on the very images that it was trained on.",
    "这不是过拟合：更深的网络连自己训练过的图像都学得更差。",
    "depths",
)
def plain56_learns_less_than_plain20(depths):
    after_12 = errors(depths, 12)
    assert max(after_12["plain20"]) < min(after_12["plain56"])
    assert max(after_12["resnet56"]) < min(after_12["plain56"])


@claim(
    LESSON,
    "One plain-56 trained for {epochs} epochs, its rate falling the more slowly (one run): it ends at "
    "{end:.0f} %, where every run of the other three was by epoch {by}.",
    "有一个 plain-56 训练了 {epochs} 轮，学习率相应降得更慢（一次训练）：它最后错 {end:.0f}%，而另外三个网络的每次训练到第 "
    "{by} 轮就已低于这个数。",
    "depths",
)
def more_steps_bring_plain56_down_slowly(depths):
    epochs = 200
    (run,) = alike(depths, epochs)["plain56"]
    end = 1 - run["history"]["train_accuracy"][-1]
    others = [run for net in ("plain20", "resnet20", "resnet56") for run in alike(depths)[net]]
    by = [
        next(n for n, right in enumerate(other["history"]["train_accuracy"], 1) if 1 - right < end)
        for other in others
    ]
    assert len(by) == 9
    return {"epochs": epochs, "end": 100 * end, "by": max(by)}


@claim(LESSON, "Twelve epochs are {steps} steps.", "十二轮只有 {steps} 步。", "depths")
def twelve_epochs_are_few_steps(depths):
    (steps,) = {run["steps"] * 12 // 60 for runs in alike(depths).values() for run in runs}
    return {"steps": f"{steps}"}


def span(values, word="to"):
    """Return the lowest and the highest of some errors in whole per cent."""
    return f"{100 * min(values):.0f} {word} {100 * max(values):.0f}"


@claim(
    LESSON,
    "Not within these {steps} steps: by seed it still errs on {deep} % of its training images, "
    "plain-20 on at most {shallow} %.",
    "在这 {steps} 步里没有：随种子不同，它在训练图像上仍错 {deep_zh}%，plain-20 最多错 {shallow}%。",
    "depths",
)
def plain56_is_not_level_with_plain20_in_the_end(depths):
    found = errors(depths)
    assert max(found["plain20"]) < 0.1 * min(found["plain56"])
    # The same of the trained nets, on images that are not varied: what the figure of growing shows.
    shown = {net: [1 - r["train_accuracy"] for r in runs] for net, runs in alike(depths).items()}
    assert max(shown["plain20"]) < 0.1 * min(shown["plain56"])
    return {
        "steps": f"{alike(depths)['plain56'][0]['steps']:,}",
        "deep": span(found["plain56"]),
        "deep_zh": span(found["plain56"], "% 到").replace(" %", "%"),
        "shallow": f"{100 * max(found['plain20']):.1f}",
    }


@claim(
    LESSON,
    "It has come down from {early} % to {late} %: part of the first gap was slowness.",
    "它从 {early_zh}% 降到了 {late_zh}%：最初的差距有一部分只是慢。",
    "depths",
)
def plain56_comes_down(depths):
    early, late = errors(depths, 12)["plain56"], errors(depths)["plain56"]
    assert all(after < before for before, after in zip(early, late, strict=True))
    return {
        "early": span(early),
        "late": span(late),
        "early_zh": span(early, "% 到").replace(" %", "%"),
        "late_zh": span(late, "% 到").replace(" %", "%"),
    }


@claim(
    LESSON,
    "Part of the first gap was slowness, and more than half of it is still there after five times "
    "as many steps.",
    "最初的差距有一部分只是慢；步数多到五倍之后，一大半差距还在。",
    "depths",
)
def more_than_half_of_the_gap_stays(depths):
    gaps = [
        mean(found["plain56"]) - mean(found["plain20"])
        for found in (errors(depths, 12), errors(depths))
    ]
    assert 0.5 * gaps[0] < gaps[1] < 0.9 * gaps[0]
    others = [e for net in ("plain20", "resnet20", "resnet56") for e in errors(depths)[net]]
    assert max(others) < 0.1 * min(errors(depths)["plain56"])


def stem_to_last(run):
    """Return how many times the last layer's gradient norm the stem's is, at each recorded step."""
    norms = run["norms"]
    return [stem / last for stem, last in zip(norms["stem"], norms["last"], strict=True)]


@claim(
    LESSON,
    "At the first step plain-56's gradient explodes towards the input: the stem gets more than a "
    "hundred times as much as the last layer. Then, for some hundred steps, it is faint there: in "
    "the worst run a thousandth of the last layer's. Over the second half of the training the two "
    "are within a factor of three, and plain-56 is still far behind. So early on its gradient is "
    "neither gone nor sound, and later nothing vanishes.",
    "第一步时，plain-56 的梯度朝输入方向爆炸：开头（stem）得到的是最后一层的一百多倍。随后几百步里，那里的"
    "梯度很弱：最差的一次只有最后一层的千分之一。在训练的后一半，两者相差不到三倍，而 plain-56 仍然远远落后。"
    "所以它的梯度早期既没有断，也谈不上正常，后来则没有什么在消失。",
    "depths",
)
def the_gradient_of_plain56_explodes_fades_and_levels(depths):
    fainter = []
    for run in alike(depths)["plain56"]:
        ratios = stem_to_last(run)
        half = len(ratios) // 2
        assert run["norms"]["steps"][0] == 1
        assert ratios[0] > 100
        assert min(ratios[:half]) < 0.1
        assert 1 / 3 < geometric_mean(ratios[half:]) < 3
        assert max(errors(depths)["plain20"]) < 0.2 * (1 - run["history"]["train_accuracy"][-1])
        fainter.append(min(ratios[:half]))
    assert 0.0005 < min(fainter) < 0.0015


@claim(
    LESSON,
    "With BatchNorm the stem's gradient explodes at the first step, is faint for a while, and over "
    "the second half of the training has the size of the last layer's; and still the net is far "
    "behind.",
    "带 BatchNorm 时，开头（stem）的梯度第一步爆炸，随后一段时间很弱，训练的后一半与最后一层差不多；"
    "可这个网络仍然远远落后。",
    "depths",
)
def what_the_norms_say_to_the_friend(depths):
    the_gradient_of_plain56_explodes_fades_and_levels(depths)


@claim(
    LESSON,
    "Shipped runs, over their first 12 epochs: BatchNorm on, γ = 1 at the start of all four nets.",
    "自带的训练，前 12 轮：均带 BatchNorm，四个网络开始时 γ 都是 1。",
    "depths",
)
def all_four_start_alike(depths):
    assert depths["batch_norm"]
    assert {"plain20", "resnet20", "plain56", "resnet56"} <= set(alike(depths))


@claim(
    LESSON,
    "Beside it a recording: plain-56 trained from random weights as the others, for 60 epochs.",
    "旁边是记录：从随机权重开始、与其他网络同样训练 60 轮的 plain-56。",
    "depths",
)
def plain56_from_random_weights(depths):
    assert len(alike(depths)["plain56"]) >= 3


@claim(
    LESSON,
    "The smallest gradients at the end are those of the residual net, which has hardly an error "
    "left to learn from.",
    "最后最小的梯度反而在残差网络里：它几乎没有误差可学了。",
    "depths",
)
def the_residual_net_ends_with_the_smallest_gradients(depths):
    def at_the_end(net, place):
        return [norm for run in alike(depths)[net] for norm in run["norms"][place][-8:]]

    for place in ("stem", "stage1", "stage2", "stage3", "last"):
        assert geometric_mean(at_the_end("resnet56", place)) < geometric_mean(
            at_the_end("plain56", place)
        )
    assert max(errors(depths)["resnet56"]) < 0.01


@claim(
    LESSON,
    "These images have {size}×{size} pixels, so that you can train as long yourself.",
    "这里的图像是 {size}×{size} 像素，好让你自己也能训练这么久。",
    "depths",
)
def the_images_are_small(depths):
    assert depths["image_size"] == ALIKE["image_size"]
    return {"size": f"{depths['image_size']}"}


GROWN = EXPERIMENTS / "weights" / "plain20.json"


@claim(
    LESSON,
    "Computed now by a worker of this server: the trained plain-20 that comes with the lab, before "
    "and after growing.",
    "由本服务器的工作进程现场计算：实验室自带的、训练好的 plain-20，变深之前和之后。",
    "depths",
)
def the_net_that_grows_is_one_of_the_recording(depths):
    card = read_card(GROWN)
    (run,) = (
        run
        for run in alike(depths)["plain20"]
        if run["seed"] == card.spec["seed"] and run["epochs"] == card.spec["epochs"]
    )
    assert card.test_accuracy == run["test_accuracy"]


@claim(
    LESSON,
    "Take a trained plain-20 and put layers in that do nothing.",
    "拿一个训练好的 plain-20，放进一些什么也不做的层。",
)
def identity_layers_do_nothing():
    a_grown_plain56_answers_as_plain20()


@claim(
    LESSON,
    "Not without training: the new layers do nothing yet.",
    "不训练就不会：新的层还什么也没做。",
)
def new_layers_do_nothing_yet():
    a_grown_plain56_answers_as_plain20()


@claim(
    LESSON,
    "Yes. So there is a plain-56 as good as plain-20.",
    "对。所以存在一个和 plain-20 一样好的 plain-56。",
)
@cache
def a_grown_plain56_answers_as_plain20():
    net = load_net(GROWN)
    images = np.random.default_rng(0).uniform(size=(200, *net.input_shape[1:])).astype("float32")
    labels = np.asarray(net(images, training=False)).argmax(1)
    found = growth(net, 56, {"any": (images, labels)})
    assert found.errors["any"] == (0, 0)
    assert found.difference < 1e-3
