"""Claims of the screens that compare depths: replies to a guess."""

from collections import defaultdict

from tests.claims.deep_is_hard import (
    errors,
    more_than_half_of_the_gap_stays,
    plain56_comes_down,
    plain56_learns_less_than_plain20,
    the_gradient_of_plain56_explodes_fades_and_levels,
)
from tests.claims.ledger import SCREENS, claim


@claim(
    SCREENS,
    "Yes: it is worse on the very images that it learns from.",
    "对：它在自己学习的图像上就更差。",
    "depths",
)
def plain56_is_worse_in_training(depths):
    plain56_learns_less_than_plain20(depths)


@claim(
    SCREENS,
    "Look at the training error: the deeper plain net is worse there too, although it could copy "
    "the shallower one.",
    "看训练误差：更深的普通网络在训练图像上也更差，尽管它本可以照抄较浅的网络。",
    "depths",
)
def it_is_no_overfitting(depths):
    plain56_learns_less_than_plain20(depths)


@claim(
    SCREENS,
    "Not here: the other three err on next to none of their training images, plain-56 on more than "
    "one in five.",
    "这里不是：其他三个在训练图像上几乎不错，plain-56 五张里错一张以上。",
    "depths",
)
def plain56_is_alone_behind(depths):
    found = errors(depths)
    assert min(found["plain56"]) > 1 / 5
    assert max(e for net in ("plain20", "resnet20", "resnet56") for e in found[net]) < 0.02


@claim(
    SCREENS,
    "Yes: it comes down, and more than half of the gap to plain-20 stays.",
    "对：它降下来了，而与 plain-20 的差距一大半还在。",
    "depths",
)
def more_than_half_stays(depths):
    plain56_comes_down(depths)
    more_than_half_of_the_gap_stays(depths)


@claim(
    SCREENS,
    "It comes down: part of the first gap was slowness.",
    "它降下来了：最初的差距有一部分只是慢。",
    "depths",
)
def it_comes_down(depths):
    plain56_comes_down(depths)


@claim(
    SCREENS,
    "Look below the curves: over the second half of the training the stem's gradient is within a "
    "factor of three of the last layer's, and plain-56 is still far behind.",
    "看曲线下面：在训练的后一半，开头（stem）的梯度与最后一层相差不到三倍，而 plain-56 仍然远远落后。",
    "depths",
)
def the_later_gradients_are_level(depths):
    the_gradient_of_plain56_explodes_fades_and_levels(depths)


@claim(
    SCREENS,
    "Yes. At the first step it explodes towards the stem, then it is faint there for some hundred "
    "steps, and over the second half of the training it is level, while plain-56 is still far behind.",
    "对。第一步时它朝开头（stem）爆炸，随后几百步里那里很弱，在训练的后一半则持平，而 plain-56 仍然远远落后。",
    "depths",
)
def the_gradients_are_faint_only_early(depths):
    the_gradient_of_plain56_explodes_fades_and_levels(depths)


@claim(
    SCREENS,
    "A net that starts as the identity has its branches to wake first.",
    "一开始就是恒等映射的网络，得先让各条分支醒过来。",
    "depths",
)
def a_net_of_8_layers_that_starts_as_the_identity_learns_later(depths):
    early, late = defaultdict(list), defaultdict(list)
    for run in depths["runs"]:
        if run["epochs"] == 12:
            right = run["history"]["train_accuracy"]
            early[run["model"], run["zero_last_gamma"]].append(1 - right[3])
            late[run["model"], run["zero_last_gamma"]].append(1 - right[-1])
    for found in (early, late):
        assert min(found["resnet8", True]) > max(found["resnet8", False])
        assert min(found["resnet8", True]) > max(found["plain8", False])
        assert len(found["resnet8", True]) == len(found["resnet8", False]) >= 3
