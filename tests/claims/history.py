"""Claims of the lesson on what came before and after."""

import numpy as np

from resnet.analysis.two_layers import gradient_over_blocks
from tests.claims.ledger import claim

LESSON = "history"


@claim(
    LESSON,
    "{additions} Yes: {additions} branches add to one stream",
    "{additions} 对：{additions} 个分支往同一条流里加",
)
def additions_on_the_stream_of_96_blocks():
    return {"additions": 2 * 96}


@claim(
    LESSON,
    "A residual block is a gate that is always open on both sides.",
    "残差块相当于一扇两边永远敞开的门。",
)
def an_open_gate_is_a_residual_block():
    """y = T·H + C·x with both gates at 1, where the highway network ties C = 1 − T."""
    x, branch = 2.0, 3.0
    assert 1 * branch + 1 * x == branch + x


@claim(
    LESSON,
    "Shortcuts cure vanishing and exploding gradients | They keep a gradient from vanishing.",
    "捷径治好梯度消失和梯度爆炸 | 它防止梯度消失。",
)
def shortcuts_do_not_cure_explosion():
    for seed in range(5):
        assert gradient_over_blocks(50, 0.5, True, seed)[0] > 1
        assert gradient_over_blocks(50, 0.5, False, seed)[0] < 1e-20
        assert gradient_over_blocks(50, 1, True, seed)[0] > 1e4


@claim(
    LESSON,
    "The error is the share of wrong answers, the accuracy that of right ones: they add up to 1, "
    "and one falls where the other rises.",
    "误差是答错的比例，准确率是答对的比例：两者之和为 1，一个下降，另一个就上升。",
    "depths",
)
def error_and_accuracy_add_up_to_one(depths):
    for run in depths["runs"]:
        accuracies = np.array(run["history"]["test_accuracy"])
        assert np.allclose(np.diff(1 - accuracies), -np.diff(accuracies))
