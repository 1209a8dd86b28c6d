"""The numbers that answer the screens' guesses are those of the nets themselves."""

import re

from resnet.analysis.block_trace import trace_block
from resnet.analysis.cost import model_cost
from resnet.models.block import Block
from resnet.models.registry import build
from tests.pages.test_pages import opened


def answer(page: str, question: str, option: int) -> str:
    """Return what a screen replies to a guess."""
    app = opened(page)
    app.radio(key=question).set_value(option).run()
    assert not app.exception
    replies = [*app.success, *app.info]
    return replies[-1].value


def test_what_a_projection_costs():
    course = {"kind": "bottleneck", "filters": (64, 64, 256)}
    million = [
        sum(cost.multiply_adds for cost in trace_block(block, (15, 15, 256)).costs) / 1e6
        for block in (Block(**course), Block(**course, shortcut="projection"))
    ]
    reply = answer("residual_block", "block_guess", 1)
    assert reply.startswith("Yes, {:.1f} become {:.1f} million".format(*million))


def test_where_the_work_of_resnet_50_is():
    cost = model_cost(build("resnet50"))

    def share(stage: str, of: str) -> float:
        own = [c for c in cost.layers if re.match(rf"(res|bn){stage}", c.name)]
        return 100 * sum(getattr(c, of) for c in own) / getattr(cost, of)

    reply = answer("architectures", "map_guess", 1)
    numbers = [int(n) for n in re.findall(r"(\d+) %", reply)]
    four, five = ([share(s, of) for of in ("multiply_adds", "parameters")] for s in ("4", "5"))
    assert numbers == [round(n) for n in (*four, *reversed(five))]
    label = opened("architectures").radio(key="map_guess").label
    assert f"{share('5', 'parameters'):.0f} %" in label
    assert f"{share('2', 'multiply_adds'):.0f} %" in answer("architectures", "map_guess", 0)


def test_what_is_left_of_batch_norms_first_averages():
    left = 0.99 ** (2 * 34)  # two epochs of 34 steps
    assert 0.49 < left < 0.51
    assert "half of them" in answer("train", "train_guess", 1)


def veils(app) -> list[str]:
    """The questions whose picture is blurred."""
    found = []

    def walk(block):
        key = getattr(getattr(block, "proto", None), "id", "")
        found.extend(re.findall(r"veiled_\S+", str(key)))
        for child in getattr(block, "children", {}).values():
            walk(child)

    walk(app.main)
    return found


def test_a_lessons_picture_is_blurred_until_the_guess_or_on_demand(monkeypatch):
    app = opened("lessons/deep_is_hard")
    all_veiled = veils(app)
    app.radio(key="deep_is_hard.product").set_value(0).run()
    unguessed = veils(app)
    assert len(unguessed) == len(all_veiled) - 1
    app.button(key="show_deep_is_hard.degradation").click().run()
    assert len(veils(app)) == len(unguessed) - 1
    monkeypatch.setattr("pages.components.expectation.is_teacher", lambda: True)
    assert veils(opened("lessons/deep_is_hard")) == []  # never on a projector
