"""Lesson: the learner puts ResNet-50 together."""

import streamlit as st

from pages.components.drawing import drawing
from pages.components.lesson import lesson
from resnet.data.classes import CLASSES
from resnet.drawing.assembled_net import Stage, assembly_svg
from resnet.language import translate as _
from resnet.models.assembly import (
    IMAGE,
    STAGES,
    STEM,
    StageChoice,
    parameters,
    shapes_after,
)

WIDTHS = [32, 64, 128, 256, 512, 1024, 2048]
NARROW, WIDE, BLOCKS = WIDTHS[:-1], WIDTHS[1:], list(range(1, 9))
CHOICE = 116  # pixels wide: two beside each other


def assemble() -> None:
    """Four stages to fill in, checked against the real ones."""
    picture, columns = st.container(), st.columns(len(STAGES))
    own = []
    for column, number in zip(columns, STAGES, strict=True):
        with column:
            own.append(_stage(number))
    real = list(STAGES.values())
    own_shapes, real_shapes = shapes_after(own), shapes_after(real)
    right = [mine == theirs for mine, theirs in zip(own, real, strict=True)]
    built = zip(STAGES, (s.blocks for s in own), own_shapes, real_shapes, right, strict=True)
    with picture:
        drawing(
            assembly_svg([Stage(*facts) for facts in built], IMAGE, STEM, len(CLASSES)),
            key="assembled_net",
        )
    st.metric(
        _("Weights of your net"), f"{parameters(own):,}",
        delta=f"{parameters(own) - parameters(real):,}", delta_color="off",
        help=_("The real one has {n:,}.").format(n=parameters(real)),
    )  # fmt: skip
    if all(right):
        st.success(
            _("That is ResNet-50: every shape and all {n:,} weights.").format(n=parameters(real)),
            icon=":material/check:",
        )
    else:
        wrong = right.index(False)
        st.info(_first_mistake(wrong, own[wrong], real[wrong], own_shapes, real_shapes))


def _stage(number: int) -> StageChoice:
    st.markdown(_("**Stage {n}**").format(n=number))
    with st.container(horizontal=True):
        narrow = st.selectbox(
            "F1 = F2", NARROW, index=NARROW.index(64), key=f"stage{number}_narrow",
            bind="query-params", help=_("Filters of the first 1×1 and of the 3×3."), width=CHOICE,
        )  # fmt: skip
        wide = st.selectbox(
            "F3", WIDE, index=WIDE.index(256), key=f"stage{number}_wide", bind="query-params",
            help=_("Filters of the last 1×1: the stage's channels."), width=CHOICE,
        )  # fmt: skip
        stride = st.selectbox(
            _("Stride"), [1, 2, 3], key=f"stage{number}_stride", bind="query-params",
            help=_("Of the stage's first block."), width=CHOICE,
        )  # fmt: skip
        blocks = st.selectbox(
            _("Blocks"), BLOCKS, key=f"stage{number}_blocks", bind="query-params",
            help=_("One convolutional block and identity blocks after it."), width=CHOICE,
        )  # fmt: skip
    return StageChoice((narrow, narrow, wide), stride, blocks)


def _first_mistake(wrong, own, real, own_shapes, real_shapes) -> str:
    """Say what is off in the first wrong stage, without giving the number away."""
    stage = list(STAGES)[wrong]
    mine, theirs = own_shapes[wrong], real_shapes[wrong]
    if mine[:2] != theirs[:2]:
        return _("Stage {stage} gives {mine} and should give {theirs}: look at its stride.").format(
            stage=stage, mine=f"{mine[0]}×{mine[1]}", theirs=f"{theirs[0]}×{theirs[1]}"
        )
    if mine[2] != theirs[2]:
        return _(
            "Stage {stage} gives {mine} channels and should give {theirs}: look at its F3."
        ).format(stage=stage, mine=mine[2], theirs=theirs[2])
    if own.filters != real.filters:
        return _(
            "Stage {stage}'s shape is right, its weights are not: F1 and F2 are a quarter of F3."
        ).format(stage=stage)
    return _(
        "Stage {stage}'s shapes are right, its number of blocks ({mine}) is not: "
        "50 = 1 + 3·(3 + 4 + 6 + 3) + 1."
    ).format(stage=stage, mine=own.blocks)


lesson("stage_by_stage", {"assemble": assemble})
