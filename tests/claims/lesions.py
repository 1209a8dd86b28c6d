"""Claims of the lesson that takes trained nets apart: what is left without a block, or after one."""

from itertools import combinations, pairwise
from itertools import product as cartesian
from statistics import mean

from resnet.data.classes import CHANCE
from tests.claims.ledger import claim

LESSON = "what_shortcuts_do"


def one_missing(twins, model):
    """Return the accuracy of a net without each of its blocks in turn, the mean of its runs."""
    runs = [run for run in twins["runs"] if run["model"] == model]
    return [mean(run["without"][1 << block] for run in runs) for block in range(9)]


def known(twins):
    """Return what a classifier reads off after each block, in per cent, by net."""
    found = {}
    for model in ("plain20", "resnet20"):
        runs = [run["known_after"] for run in twins["runs"] if run["model"] == model]
        found[model] = [100 * mean(shares) for shares in zip(*runs, strict=True)]
    return found


@claim(
    LESSON,
    "Yes, for all blocks but the first two. Behind a deleted block the residual net still gets what "
    "passed beside it.",
    "对，除了头两个块都是这样。被删的块之后，残差网络仍能收到从旁边绕过来的信号。",
    "twins",
)
def a_missing_block_hurts_the_plain_net_most(twins):
    first, second, *others = one_missing(twins, "resnet20")
    assert max(first, second) < 0.5
    assert min(others) > 0.7
    assert max(one_missing(twins, "plain20")) < 0.3


@claim(
    LESSON,
    "In the plain net each layer only understands what the layer before it says.",
    "普通网络的每一层只听得懂前一层说的话。",
    "twins",
)
def without_any_block_the_plain_net_is_near_chance(twins):
    assert abs(mean(one_missing(twins, "plain20")) - CHANCE) < 0.05


@claim(
    LESSON,
    "A shipped recording of all {choices} choices for each net",
    "自带的记录包含每个网络全部 {choices} 种选择",
    "twins",
)
def every_choice_of_blocks_is_recorded(twins):
    for run in twins["runs"]:
        assert len(run["without"]) == 2 ** len(run["blocks"])
    return {"choices": len(twins["runs"][0]["without"])}


@claim(
    LESSON,
    "in this small net, whose nine blocks each have more to do, it is the first.",
    "而这个小网络只有九个块，每块要做的事更多，最不能少的是第一个块。",
    "twins",
)
def the_first_block_is_missed_most(twins):
    for run in twins["runs"]:
        if run["model"] == "resnet20":
            first, *others = (run["without"][1 << block] for block in range(9))
            assert first < min(others) - 0.1


@claim(
    LESSON,
    "They cost more. Take the blocks that cost less than 15 points each: in the three runs these are "
    "{pairs} pairs, and every pair costs more together than its two losses added.",
    "代价更大。取那些单独代价小于 15 个百分点的块：三次训练里一共有 {pairs} 对，每一对一起删的损失都大于两者之和。",
    "twins",
)
def two_missing_blocks_cost_more_than_their_sum(twins):
    pairs = 0
    for without in (run["without"] for run in twins["runs"] if run["model"] == "resnet20"):
        loss = {choice: without[0] - left for choice, left in enumerate(without)}
        cheap = [b for b in range(9) if loss[1 << b] < 0.15]
        for a, b in combinations(cheap, 2):
            pairs += 1
            assert loss[1 << a | 1 << b] > loss[1 << a] + loss[1 << b]
    return {"pairs": pairs}


@claim(
    LESSON,
    "A shipped recording, three seeds of each net, their mean in a band: how many signs of {images} "
    "test images a linear classifier reads off after each block.",
    "自带的记录，每种网络三个种子，线是平均值，色带包含每个种子：在每个块之后，一个线性分类器能从 {images} "
    "张测试图像中读出多少手势。",
    "twins",
)
def what_the_classifiers_read(twins):
    runs = twins["runs"]
    assert {(run["model"], run["seed"]) for run in runs} == set(
        cartesian(("plain20", "resnet20"), range(3))
    )
    shares = [120 * share for run in runs for share in run["known_after"]]
    assert all(abs(share - round(share)) < 0.02 for share in shares)
    return {"images": 120}


@claim(
    LESSON,
    "It stays near chance until the last block After the first of nine blocks it is at {plain:.0f} "
    "% in the plain net and at {residual:.0f} % in the residual one: chance is {chance:.0f} %.",
    "直到最后一个块之前都接近随机水平 九个块中的第一个之后，普通网络已有 {plain:.0f}%，残差网络 {residual:.0f}%；"
    "随机水平是 {chance:.0f}%。",
    "twins",
)
def the_first_block_already_tells_much(twins):
    found = known(twins)
    plain, residual = found["plain20"][0], found["resnet20"][0]
    return {"plain": plain, "residual": residual, "chance": 100 * CHANCE}


@claim(
    LESSON,
    "Yes: from {plain0:.0f} to {plain1:.0f} % in the plain net and from {residual0:.0f} to "
    "{residual1:.0f} % in the residual one, with a few points back at most.",
    "对：普通网络从 {plain0:.0f} 到 {plain1:.0f}%，残差网络从 {residual0:.0f} 到 {residual1:.0f}%，最多退回几个百分点。",
    "twins",
)
def both_lines_climb(twins):
    plain, residual = known(twins)["plain20"], known(twins)["resnet20"]
    for line in (plain, residual):
        back = [before - after for before, after in pairwise(line)]
        assert max(back) < 10
        assert mean(line[:3]) < mean(line[3:6]) < mean(line[6:])
    return {
        "plain0": plain[0],
        "plain1": plain[-1],
        "residual0": residual[0],
        "residual1": residual[-1],
    }


@claim(
    LESSON,
    "Look at the plain net's line: it goes from {first:.0f} to {last:.0f} %.",
    "看普通网络的线：它从 {first:.0f} 升到 {last:.0f}%。",
    "twins",
)
def the_plain_line_climbs_too(twins):
    line = known(twins)["plain20"]
    return {"first": line[0], "last": line[-1]}


@claim(
    LESSON,
    "Both lines climb: later blocks refine what earlier ones found, and that is not for shortcuts "
    "alone.",
    "两条线都上升：后面的块逐步修正前面的块找到的东西，这并不是捷径独有的。",
    "twins",
)
def both_end_well_above_where_they_began(twins):
    assert all(line[-1] - line[0] > 15 for line in known(twins).values())


@claim(
    LESSON,
    "With shortcuts that is allowed: a missing block is only a missing correction.",
    "有捷径才能这样做：少一个块，只是少一次修正。",
    "twins",
)
def a_residual_net_stands_a_missing_block(twins):
    assert mean(one_missing(twins, "resnet20")) > 4 * CHANCE
