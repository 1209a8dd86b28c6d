"""Claims of the screens that are no lessons: their replies to a guess, their captions."""

from tests.claims.ledger import SCREENS, claim
from tests.claims.two_by_two import fades


@claim(
    SCREENS,
    "Press “Course: identity block”, then choose “projection”: from {without:.1f} to {with_it:.1f} "
    "million.",
    "按“课程：恒等块”，再选“投影”：从 {hundreds:.0f} 万变成 {hundreds_with_it:.0f} 万。",
)
def a_projection_nearly_doubles_the_identity_block():
    places = 15 * 15
    without = (256 * 64 + 9 * 64 * 64 + 64 * 256) * places
    with_it = without + 256 * 256 * places
    return {
        "without": without / 1e6,
        "with_it": with_it / 1e6,
        "hundreds": round(without / 1e5) * 10,
        "hundreds_with_it": round(with_it / 1e5) * 10,
    }


@claim(
    SCREENS,
    "Switch BatchNorm on and look: the first layers get as much gradient as before, or more.",
    "打开 BatchNorm 看一看：最前面的层得到的梯度和以前一样多，甚至更多。",
    "gradient_norms",
)
def batch_norm_gives_the_first_layers_gradient(gradient_norms):
    first = {
        (net["model"], net["initializer"], net["batch_norm"]): net["block_norms"][0]
        for net in gradient_norms["nets"]
        if net["model"].startswith("plain")
    }
    for (model, initializer, batch_norm), norm in first.items():
        if batch_norm and model != "plain8":
            assert norm > first[model, initializer, False]


@claim(
    SCREENS,
    "Yes. At the start a deep plain net with BatchNorm tends to explode towards the input (Yang et "
    "al. 2019).",
    "对。开始时，带 BatchNorm 的很深的普通网络，梯度往输入方向往往会爆炸（Yang et al. 2019）。",
    "gradient_norms",
)
def deep_plain_nets_with_batch_norm_explode(gradient_norms):
    grown = [
        fades(net)
        for net in gradient_norms["nets"]
        if net["model"] in ("plain56", "plain110") and net["batch_norm"]
    ]
    assert len(grown) == 4
    assert min(grown) > 1000
