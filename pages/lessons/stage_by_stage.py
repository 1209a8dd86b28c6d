"""Lesson: the learner puts ResNet-50 together."""

from contextlib import suppress

import pandas as pd
import streamlit as st

from pages.components.drawing import drawing
from pages.components.lesson import lesson
from pages.components.running import store
from resnet.analysis.intervals import wilson_interval
from resnet.course.literature import SIGNS_RESULTS
from resnet.data.classes import CLASSES
from resnet.drawing.svg.assembled_net import AssembledStage, assembly_svg
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.assembly import IMAGE, STAGES, STEM, StageChoice, parameters, shapes_after
from resnet.store.run_store import StoreUnavailable
from resnet.store.states import State

WIDTHS = [32, 64, 128, 256, 512, 1024, 2048]
NARROW, WIDE, BLOCKS = WIDTHS[:-1], WIDTHS[1:], list(range(1, 9))
TESTED = 120  # SIGNS's test images
LOOKED_AT, OWN_RUNS = 200, 5  # runs of the store, and those shown beside the published ones
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
            assembly_svg([AssembledStage(*facts) for facts in built], IMAGE, STEM, len(CLASSES)),
            key="assembled_net",
        )
    st.metric(
        _("Weights of your net"),
        f"{parameters(own):,}",
        delta=f"{parameters(own) - parameters(real):,}",
        delta_color="off",
        help=_("The real one has {n:,}.").format(n=parameters(real)),
    )
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
            "F1 = F2",
            NARROW,
            index=NARROW.index(64),
            key=f"stage{number}_narrow",
            bind="query-params",
            help=_("Filters of the first 1×1 and of the 3×3."),
            width=CHOICE,
        )
        wide = st.selectbox(
            "F3",
            WIDE,
            index=WIDE.index(256),
            key=f"stage{number}_wide",
            bind="query-params",
            help=_("Filters of the last 1×1: the stage's channels."),
            width=CHOICE,
        )
        stride = st.selectbox(
            _("Stride"),
            [1, 2, 3],
            key=f"stage{number}_stride",
            bind="query-params",
            help=_("Of the stage's first block."),
            width=CHOICE,
        )
        blocks = st.selectbox(
            _("Blocks"),
            BLOCKS,
            key=f"stage{number}_blocks",
            bind="query-params",
            help=_("One convolutional block and identity blocks after it."),
            width=CHOICE,
        )
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


def results() -> None:
    """Published accuracies of this net on SIGNS, and those of the runs that are stored here."""
    rows = [(translate(r.source), r.epochs, r.train, r.test) for r in SIGNS_RESULTS]
    with suppress(StoreUnavailable):  # the published ones stand by themselves
        rows += [
            (run.title or run.id, run.epoch, run.train_accuracy, run.test_accuracy)
            for run in store().runs(limit=LOOKED_AT, state=State.DONE)
            if run.spec["model"] == "resnet50" and not run.synthetic and run.test_accuracy
        ][:OWN_RUNS]
    intervals = [wilson_interval(round(test * TESTED), TESTED) for *_rest, test in rows]
    st.dataframe(
        pd.DataFrame(
            {
                _("Result"): [row[0] for row in rows],
                _("Epochs"): [row[1] for row in rows],
                _("Training, %"): [row[2] and 100 * row[2] for row in rows],
                _("Test, %"): [100 * row[3] for row in rows],
                _("interval (95 %)"): [f"{low:.1%} – {high:.1%}" for low, high in intervals],
            }
        ),
        column_config={
            _("Training, %"): st.column_config.NumberColumn(format="%.1f"),
            _("Test, %"): st.column_config.NumberColumn(format="%.1f"),
        },
        hide_index=True,
        placeholder="–",
        key="signs_results",
        alt=_("Results of ResNet-50 on SIGNS"),
    )
    st.page_link("train.py", label=_("Train it here"), icon=":material/model_training:")


lesson("stage_by_stage", {"assemble": assemble, "results": results})
