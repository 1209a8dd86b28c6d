"""Claims of the plans for a class: what a teacher is told will be seen."""

from statistics import mean

from resnet.analysis.signal import passage
from resnet.data.classes import CHANCE
from tests.claims.deep_is_hard import (
    plain56_is_not_level_with_plain20_in_the_end,
    plain56_learns_less_than_plain20,
    the_gradient_of_plain56_explodes_fades_and_levels,
)
from tests.claims.identity_is_easy import two_of_four_new_blocks_keep_what_was_known
from tests.claims.ledger import claim
from tests.claims.lesions import a_missing_block_hurts_the_plain_net_most, one_missing
from tests.claims.sentences import PLANS
from tests.claims.stage_by_stage import counts_of_the_whole_net
from tests.claims.two_by_two import (
    fades,
    it_takes_both_from_one_kind_of_weights_only,
    only_the_plain_net_without_batch_norm_vanishes,
    the_two_with_shortcuts_learn,
)


@claim(
    PLANS,
    "less than a millionth arrives; near a scale of 1.4 the plain net keeps its gradient, and a "
    "little beside it loses it",
    "到达的不到百万分之一；尺度在 1.4 附近时普通网络保得住梯度，偏一点就保不住",
)
def the_first_figure():
    assert passage(50, 1.0).gradient_norms[0] < 1e-6
    assert 0.1 < passage(50, 1.4).gradient_norms[0] < 10
    assert passage(50, 1.2).gradient_norms[0] < 1e-3


@claim(
    PLANS,
    "it reaches the first layers of the residual net, and fades in the plain one",
    "在残差网络里到达前面的层，在普通网络里渐渐消失",
    "gradient_norms",
)
def the_first_screen(gradient_norms):
    norms = {
        net["model"]: fades(net)
        for net in gradient_norms["nets"]
        if not net["batch_norm"] and net["initializer"] == "glorot_uniform"
    }
    assert norms["plain32"] < 1e-3
    assert norms["resnet32"] > 0.5


@claim(
    PLANS,
    "plain-56 errs more than plain-20 on its own training images after 12 epochs and after 60, with "
    "BatchNorm on; under the curves the gradient norms of the same runs: level in the second half",
    "plain-56 在自己的训练图像上比 plain-20 错得多，12 轮之后和 60 轮之后都是，都带 BatchNorm；"
    "曲线下面是同一批训练的梯度范数：后一半持平",
    "depths",
)
def the_shipped_runs(depths):
    assert depths["batch_norm"]
    plain56_learns_less_than_plain20(depths)
    plain56_is_not_level_with_plain20_in_the_end(depths)
    the_gradient_of_plain56_explodes_fades_and_levels(depths)


@claim(
    PLANS,
    "the gradient norms under the long trainings: level in the second half, and plain-56 is still "
    "far behind",
    "长训练下面的梯度范数：后一半持平，而 plain-56 仍然远远落后",
    "depths",
)
def what_answers_the_friend(depths):
    the_gradient_of_plain56_explodes_fades_and_levels(depths)


@claim(
    PLANS,
    "plain-56 is above plain-20 on training images too; all nets started with γ = 1",
    "plain-56 在训练图像上也高于 plain-20；所有网络开始时 γ 都是 1",
    "depths",
)
def what_a_class_will_find(depths):
    plain56_is_not_level_with_plain20_in_the_end(depths)


@claim(
    PLANS,
    "a branch of zeros gives the input back, and without the shortcut zeros give nothing",
    "分支全为零时输出就是输入，没有捷径时全为零则什么也没有",
)
def zeros_in_the_block():
    """As the lesson on one block says, where its own claim computes it."""
    a = 1.5
    assert max(0 * a + a, 0) == a
    assert max(0 * a, 0) == 0


@claim(
    PLANS,
    "the plain twin falls to chance, the residual net keeps most, unless one of its first two blocks "
    "is missing",
    "普通网络掉到随机水平，残差网络留住大部分，除非少的是头两个块之一",
    "twins",
)
def a_block_is_deleted(twins):
    assert abs(mean(one_missing(twins, "plain20")) - CHANCE) < 0.05
    a_missing_block_hurts_the_plain_net_most(twins)


@claim(
    PLANS,
    "only the plain net without BatchNorm vanishes; with Glorot's weights both nets with shortcuts "
    "train, with He's it takes both",
    "只有没有 BatchNorm 的普通网络梯度消失；用 Glorot 初始权重时两个有捷径的网络都训练得好，用 He 初始权重时缺一不可",
    "gradient_norms",
    "two_by_two",
)
def all_four_nets(gradient_norms, two_by_two):
    only_the_plain_net_without_batch_norm_vanishes(gradient_norms)
    the_two_with_shortcuts_learn(two_by_two)
    it_takes_both_from_one_kind_of_weights_only(two_by_two)


@claim(
    PLANS,
    "γ = 0 and Dirac kernels change nothing, random kernels leave the plain net next to nothing; "
    "half a percent is left",
    "γ = 0 和 Dirac 卷积核什么也没改变，随机卷积核让普通网络几乎什么也不剩；只剩千分之五",
    "twins",
)
def a_new_block_and_the_dial(twins):
    two_of_four_new_blocks_keep_what_was_known(twins)
    assert 0.0045 < 0.9**50 < 0.0055


@claim(
    PLANS,
    "ten times; or the message about the first stage that is off, and at the end {weights} weights",
    "十倍；或者看到关于第一个不对的阶段的提示，最后是 {weights} 个权重",
    "nets",
)
def the_calculator_and_the_assembled_net(nets):
    return counts_of_the_whole_net(nets)
