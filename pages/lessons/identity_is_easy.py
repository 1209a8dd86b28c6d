"""Lesson: for a residual block doing nothing is easy."""

from math import nan
from statistics import mean

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.lesson import lesson
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import recording
from resnet.analysis.function_classes import axis, best_fit, equal_cuts, error, kept_cuts, step_at
from resnet.analysis.signal import decayed, passage
from resnet.drawing.figures.plots import Bars, Line, bar_plot, line_plot
from resnet.language import translate as _

UNITS = 8
MOST_PIECES = 16


def nested() -> None:
    """A step and its best fits from classes that are nested, and from others."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        place = st.slider(
            _("Step at"),
            0.1,
            0.9,
            0.5,
            0.01,
            key="nested_step",
            bind="query-params",
            help=_("Where the function to be fitted jumps from 0 to 1."),
        )
        pieces = st.slider(
            _("Pieces"),
            1,
            MOST_PIECES,
            3,
            key="nested_pieces",
            bind="query-params",
            help=_("How many level pieces a fit may have."),
        )
    target, counts = step_at(place), range(1, MOST_PIECES + 1)
    fits = [Line(_("to be fitted"), axis(), target, "ink", thin=True)]
    errors = []
    for word, cuts, meaning in (
        (_("all cuts new"), equal_cuts, "muted"),
        (_("old cuts kept"), kept_cuts, "shortcut"),
    ):
        found = [best_fit(target, cuts(count)) for count in counts]
        lost = [error(target, fit) for fit in found]
        fits.append(Line(word, axis(), found[pieces - 1], meaning))
        errors += [
            Line(word, counts, lost, meaning),
            Line(
                _("{n} pieces").format(n=pieces),
                [pieces],
                lost[pieces - 1 : pieces],
                meaning,
                points=True,
            ),
        ]
    left, right = st.columns(2)
    with left:
        chart(
            line_plot(fits, frame.theme(), "x", "f(x)", height=320),
            key="nested_fits",
            alt=_("A step and its best fits by level pieces"),
        )
    with right:
        chart(
            line_plot(errors, frame.theme(), _("pieces"), _("error of the best fit"), height=320),
            key="nested_errors",
            alt=_("Error of the best fit by number of pieces, nested and not"),
        )


def zero_branch() -> None:
    """One block's input and output, plain and residual, at a chosen size of weights and biases."""
    left, right = st.columns(2)
    scale = left.slider(
        _("Size of the weights"),
        0.0,
        1.0,
        0.0,
        0.05,
        key="zero_scale",
        bind="query-params",
        help=_("0 sets the branch's weights to zero."),
    )
    offset = right.slider(
        _("Size of the biases"),
        0.0,
        1.0,
        0.0,
        0.05,
        key="zero_biases",
        bind="query-params",
        help=_("0 leaves the biases out."),
    )
    random = np.random.default_rng(0)
    x = random.uniform(0.2, 2, UNITS)
    w1, w2 = (scale * random.normal(0, np.sqrt(2 / UNITS), (UNITS, UNITS)) for _layer in range(2))
    b1, b2 = (offset * random.normal(0, 1, UNITS) for _layer in range(2))
    branch = w2 @ np.maximum(w1 @ x + b1, 0) + b2
    outputs = {"plain": np.maximum(branch, 0), "residual": np.maximum(branch + x, 0)}
    labels = [_("unit {n}").format(n=unit + 1) for unit in range(UNITS)]
    for column, (kind, word) in zip(
        st.columns(2), {"plain": _("plain"), "residual": _("residual")}.items(), strict=True
    ):
        with column:
            bars = [
                Bars(_("input"), x, "muted"),
                Bars(_("output, {kind}").format(kind=word), outputs[kind], kind),
            ]
            figure = bar_plot(bars, labels, frame.theme(), _("value"), height=280)
            chart(
                figure,
                key=f"zero_{kind}",
                alt=_("Input and output of a {kind} block").format(kind=word),
            )
            away = np.linalg.norm(outputs[kind] - x) / np.linalg.norm(x)
            st.metric(_("Output's distance from the input"), f"{away:.0%}")


def decay() -> None:
    """How weight decay alone moves a plain and a residual layer, with BatchNorm or without."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        batch_norm = st.toggle(
            "BatchNorm",
            key="decay_norm",
            bind="query-params",
            help=_("Between the weights and the sum, without its ε."),
        )
        rate = st.slider(
            _("Decay a step"),
            0.001,
            0.1,
            0.02,
            0.001,
            key="decay_rate",
            format="%.3f",
            bind="query-params",
            help=_("The share of each weight that a step takes away."),
        )
    steps = np.arange(301)
    lines = [
        Line(name, steps, decayed(300, rate, shortcut, batch_norm), kind)
        for name, kind, shortcut in (
            (_("plain"), "plain", False),
            (_("residual"), "residual", True),
        )
    ]
    chart(
        line_plot(lines, frame.theme(), _("step"), _("distance from the input"), percent=True),
        key="decay_figure",
        alt=_("Distance between output and input while weights decay"),
    )


def insert() -> None:
    """Accuracy with one new block, of four kinds, each guessed before it is shown."""
    runs = recording("twins")["runs"]
    trained = mean(run["without"][0] for run in runs)
    st.markdown(
        _(
            "As trained they name **{share:.0%}** of the test images right. With one new block:"
        ).format(share=trained)
    )
    names = {
        "zero_gamma": _("residual, γ = 0"),
        "one_gamma": _("residual, γ = 1"),
        "random": _("plain, random"),
        "dirac": _("plain, Dirac"),
    }
    guesses = [
        column.slider(
            name, 0, 100, 50, 5, key=f"insert_{kind}", format="%d %%", bind="query-params"
        )
        / 100
        for column, (kind, name) in zip(st.columns(4), names.items(), strict=True)
    ]
    if not st.toggle(_("Show what happened"), key="insert_shown", bind="query-params"):
        return
    found = {
        kind: [share for run in runs for share in run["with_new"].get(kind, ())] for kind in names
    }
    kinds = {"residual": ("zero_gamma", "one_gamma"), "plain": ("random", "dirac")}
    bars = [Bars(_("your guess"), guesses, "muted")]
    for meaning, members in kinds.items():
        values = [mean(found[kind]) if kind in members else nan for kind in names]
        ranges = [(min(found[k]), max(found[k])) if k in members else (nan, nan) for k in names]
        word = _("plain") if meaning == "plain" else _("residual")
        bars.append(Bars(word, values, meaning, ranges))
    figure = bar_plot(bars, list(names.values()), frame.theme(), _("test accuracy"), percent=True)
    chart(figure, key="insert_figure", alt=_("Test accuracy with one new block of each kind"))
    st.caption(
        _(
            "The mean over {places} places in each of {nets} trained nets; the whiskers reach from "
            "the worst place to the best."
        ).format(places=len(runs[0]["blocks"]), nets=len(runs) // len(kinds))
    )
    numbers_behind("twins", key="insert_behind")


def dial() -> None:
    """λˡ and the measured spread of the signal."""
    picture, controls = frame.picture_and_controls()
    with controls:
        share = st.slider(
            _("Shortcut λ"),
            0.5,
            1.2,
            0.9,
            0.01,
            key="dial_shortcut",
            bind="query-params",
            help=_("The share of its input that each shortcut keeps."),
        )
        branch = st.slider(
            _("Branch α"),
            0.0,
            1.0,
            0.1,
            0.01,
            key="dial_branch",
            bind="query-params",
            help=_("How much of each branch is added."),
        )
        depth = st.slider(
            _("Blocks"),
            5,
            100,
            50,
            key="dial_depth",
            bind="query-params",
            help=_("How many blocks follow each other."),
        )
    found = passage(depth, 1.0, "relu", share, branch)
    blocks = np.arange(depth + 1)
    variances = found.variances / found.variances[0]
    lines = [
        Line(_("left on the shortcut, λˡ"), blocks, found.shares, "shortcut"),
        Line(_("variance of the signal"), blocks, variances, "residual", points=True),
    ]
    with picture:
        chart(
            line_plot(lines, frame.theme(), _("block"), _("share of the beginning"), log=True),
            key="dial_figure",
            alt=_("What is left of the input after each block"),
        )
        st.markdown(
            _(
                "After {depth} blocks the shortcut still carries **{share:.2g}** of the input."
            ).format(depth=depth, share=found.shares[-1])
        )


lesson(
    "identity_is_easy",
    {"nested": nested, "zero_branch": zero_branch, "decay": decay, "insert": insert, "dial": dial},
)
