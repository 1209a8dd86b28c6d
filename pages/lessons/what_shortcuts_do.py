"""Lesson: trained nets taken apart."""

from math import comb
from statistics import mean
from typing import Literal

import numpy as np
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.lesson import lesson
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import recording
from resnet.analysis.shattering import MOST_LAG, POINTS, autocorrelation, input_gradients
from resnet.analysis.signal import path_gradients
from resnet.data.classes import CHANCE
from resnet.drawing.figures.end_labels import End, name_ends
from resnet.drawing.figures.landscape import Ground, common_limits, landscape, landscape_map
from resnet.drawing.figures.plots import Bars, Line, bar_plot, line_plot
from resnet.drawing.palette import palette
from resnet.language import translate as _

SHATTERED_NETS = 16
LAG = 10  # places between the two inputs of which the words tell
Kind = Literal["plain", "residual"]
SHATTERED = 280  # pixels high


def _twins() -> dict[str, list[dict]]:
    """Return the recorded nets, one a seed, of each kind."""
    runs = recording("twins")["runs"]
    return {
        kind: [run for run in runs if run["model"].startswith(start)]
        for kind, start in (("residual", "resnet"), ("plain", "plain"))
    }


def _bars(runs: list[dict], choices: list[int], kind: Kind) -> Bars:
    """Return what is left without each choice of blocks, over the seeds."""
    found = [[run["without"][choice] for run in runs] for choice in choices]
    return Bars(
        runs[0]["model"], list(map(mean, found)), kind, [(min(at), max(at)) for at in found]
    )


def lesions() -> None:
    """What both nets still know without the chosen blocks."""
    twins = _twins()
    blocks = list(range(len(twins["plain"][0]["blocks"])))
    deleted = st.pills(
        _("Delete blocks"),
        blocks,
        selection_mode="multi",
        default=[3],
        key="lesion_blocks",
        format_func=lambda block: str(block + 1),
        help=_("Blocks 4 and 7 change the shape: only part of the shortcut fits there."),
    )
    choice = sum(1 << block for block in deleted)
    for column, runs in zip(st.columns(2), twins.values(), strict=True):
        left, whole = (mean(run["without"][at] for run in runs) for at in (choice, 0))
        column.metric(
            _("{model} without them").format(model=runs[0]["model"]),
            f"{left:.1%}",
            delta=f"{100 * (left - whole):+.1f}" if deleted else None,
            help=_("As trained: {whole:.1%} of the test images.").format(whole=whole),
        )
    alone = [1 << block for block in blocks]
    bars = [_bars(twins["plain"], alone, "plain"), _bars(twins["residual"], alone, "residual")]
    figure = bar_plot(
        bars, [str(block + 1) for block in blocks], frame.theme(), _("test accuracy"), percent=True
    )
    figure.update_xaxes(title_text=_("the one block that is missing"))
    colours = palette(frame.theme())
    figure.add_hline(CHANCE, line_dash="dot", line_color=colours.ink)
    name_ends(figure, [End(_("chance"), CHANCE, colours.muted)], colours)
    chart(figure, key="lesion_figure", alt=_("Test accuracy without each block, both nets"))
    numbers_behind("twins", key="lesion_behind")


@st.cache_data(max_entries=100, show_spinner=False)
def _path_gradients(blocks: int, scale: float) -> np.ndarray:
    return path_gradients(blocks, scale=scale)


def paths() -> None:
    """How many paths there are of each length, and what they carry."""
    blocks, scale = _path_controls()
    lengths = list(range(blocks + 1))
    counts = [comb(blocks, length) for length in lengths]
    sizes = _path_gradients(blocks, scale)
    carried = np.array(counts) * sizes
    carried /= carried.sum()
    shares = np.array(counts) / 2**blocks
    columns = st.columns([1, 1])
    with columns[0]:
        line = Line(_("gradient of one path"), lengths, sizes, "residual", marks=True)
        chart(
            line_plot(
                [line],
                frame.theme(),
                _("branches on the path"),
                _("gradient norm"),
                log=True,
                height=300,
            ),
            key="paths_sizes",
            alt=_("Gradient norm of one path by its length"),
        )
    with columns[1]:
        lines = [
            Line(_("share of the paths"), lengths, shares, "muted", marks=True),
            Line(_("share of the gradient"), lengths, carried, "residual", marks=True),
        ]
        chart(
            line_plot(
                lines,
                frame.theme(),
                _("branches on the path"),
                _("share"),
                percent=True,
                height=300,
            ),
            key="paths_shares",
            alt=_("Share of paths and of gradient by length"),
        )
    st.markdown(
        _(
            "**{count:,}** paths; on average a path has {middle:.1f} branches, the gradient comes "
            "by paths of {carried:.1f}."
        ).format(count=2**blocks, middle=blocks / 2, carried=float(carried @ np.array(lengths)))
    )


def _path_controls() -> tuple[int, float]:
    left, right = st.columns(2)
    blocks = left.slider(
        _("Blocks"),
        4,
        54,
        27,
        key="paths_blocks",
        bind="query-params",
        help=_("Each doubles the number of paths."),
    )
    scale = right.slider(
        _("Weight scale"),
        0.1,
        1.6,
        0.4,
        0.05,
        key="paths_scale",
        bind="query-params",
        help=_("Standard deviation of the branches' weights times √n."),
    )
    return blocks, scale


@st.cache_data(max_entries=100, show_spinner=False)
def _input_gradients(depth: int, shortcut: bool, branch: float, batch_norm: bool) -> np.ndarray:
    return input_gradients(depth, shortcut, branch, batch_norm, nets=SHATTERED_NETS)


def shattered() -> None:
    """Gradients along the input, and how they resemble themselves."""
    depth, branch, batch_norm = _shattered_controls()
    places = np.linspace(-2, 2, POINTS)
    kinds = {"plain": _("plain"), "residual": _("residual")}
    gradients = {
        "plain": _input_gradients(depth, False, 1.0, batch_norm),
        "residual": _input_gradients(depth, True, branch, batch_norm),
    }
    *columns, last = st.columns(3)
    for column, (kind, word) in zip(columns, kinds.items(), strict=True):
        first = gradients[kind][0]
        line = Line(word, places, first / np.abs(first).max(), kind)
        with column:
            st.markdown(f"**{word}**")
            chart(
                line_plot([line], frame.theme(), _("input"), _("gradient"), height=SHATTERED),
                key=f"shattered_{kind}",
                alt=_("Gradient of a {kind} net along its input").format(kind=word),
            )
    lags = np.arange(MOST_LAG + 1) * (places[1] - places[0])
    alike = {kind: autocorrelation(found) for kind, found in gradients.items()}
    lines = [Line(word, lags, alike[kind].mean(axis=0), kind) for kind, word in kinds.items()]
    with last:
        st.markdown(_("**how alike they stay**"))
        chart(
            line_plot(
                lines,
                frame.theme(),
                _("distance of two inputs"),
                _("correlation"),
                height=SHATTERED,
            ),
            key="shattered_correlation",
            alt=_("Correlation of gradients by distance"),
        )
    st.markdown(
        _(
            "At a distance of {distance:.2f} the gradients of the plain nets correlate by {plain}, "
            "those of the residual ones by {residual}: the mean of {nets} nets and its standard "
            "error."
        ).format(
            distance=lags[LAG],
            plain=_with_error(alike["plain"][:, LAG]),
            residual=_with_error(alike["residual"][:, LAG]),
            nets=SHATTERED_NETS,
        )
    )


def _with_error(values: np.ndarray) -> str:
    return f"**{values.mean():.2f}** ± {values.std(ddof=1) / len(values) ** 0.5:.2f}"


def _shattered_controls() -> tuple[int, float, bool]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = st.slider(
            _("Layers"),
            1,
            50,
            50,
            key="shattered_depth",
            bind="query-params",
            help=_("Of each of the two kinds of nets."),
        )
        branch = st.slider(
            _("Branch β"),
            0.0,
            1.0,
            1.0,
            0.1,
            key="shattered_branch",
            bind="query-params",
            help=_("How much of each residual branch is added; the plain net has none."),
        )
        batch_norm = st.toggle(
            "BatchNorm",
            key="shattered_norm",
            bind="query-params",
            help=_("Before each ReLU of both, over the inputs from −2 to 2."),
        )
    return depth, branch, batch_norm


def surfaces() -> None:
    """The loss around a plain and a residual net."""
    made = recording("surfaces")
    grounds = [
        Ground(net["model"], net["model"].startswith("plain"), net["steps"], net["losses"])
        for net in made["nets"]
    ]
    solid = st.toggle(
        _("In three dimensions"),
        key="surface_solid",
        bind="query-params",
        help=_("The same losses as hills and valleys; a slider turns both."),
    )
    if solid:
        angle = st.slider(
            _("Seen from"),
            0,
            360,
            45,
            15,
            key="surface_angle",
            format="%d°",
            bind="query-params",
            help=_("Turns both."),
        )
    limits, theme = common_limits(grounds), frame.theme()
    for column, ground in zip(st.columns(len(grounds)), grounds, strict=True):
        with column:
            chart(
                landscape(ground, angle, limits, theme)
                if solid
                else landscape_map(ground, limits, theme),
                key=f"surface_{ground.name}",
                alt=_("Loss around {net} along two directions").format(net=ground.name),
            )
    numbers_behind("surfaces", key="surface_behind")


def refine() -> None:
    """What a linear classifier reads off after each block."""
    lines = []
    for kind, runs in (("plain", _twins()["plain"]), ("residual", _twins()["residual"])):
        seeds = [run["known_after"] for run in runs]
        means = [mean(values) for values in zip(*seeds, strict=True)]
        blocks = list(range(1, len(means) + 1))
        lines.append(Line(runs[0]["model"], blocks, means, kind, marks=True, seeds=seeds))
    chart(
        line_plot(lines, frame.theme(), _("after block"), _("test accuracy"), percent=True),
        key="refine_figure",
        alt=_("Accuracy of a linear classifier after each block"),
    )
    numbers_behind("twins", key="refine_behind")


def stochastic() -> None:
    """Which blocks one batch goes through."""
    left, right = st.columns([3, 1])
    last = left.slider(
        _("Survival of the last block"),
        0.1,
        1.0,
        0.5,
        0.05,
        key="stochastic_last",
        bind="query-params",
        help=_("The first one nearly always stays; between, it is a line."),
    )
    batch = right.number_input(
        _("Batch"),
        1,
        9999,
        1,
        key="stochastic_batch",
        bind="query-params",
        help=_("Another batch draws other blocks."),
    )
    blocks = np.arange(1, 55)
    survival = 1 - blocks / 54 * (1 - last)
    there = np.random.default_rng(batch).random(54) < survival
    bars = [
        Bars(_("used"), np.where(there, survival, 0), "residual"),
        Bars(_("left out"), np.where(there, 0, survival), "muted"),
    ]
    figure = bar_plot(
        bars,
        [str(b) for b in blocks],
        frame.theme(),
        _("survival"),
        percent=True,
        stacked=True,
        height=260,
    )
    figure.update_xaxes(title_text=_("block"), nticks=12)
    chart(figure, key="stochastic_figure", alt=_("Blocks that one batch goes through"))
    st.markdown(
        _("This batch goes through **{now}** of 54 blocks, {mean:.1f} on average.").format(
            now=int(there.sum()), mean=float(survival.sum())
        )
    )


lesson(
    "what_shortcuts_do",
    {
        "lesions": lesions,
        "paths": paths,
        "shattered": shattered,
        "surfaces": surfaces,
        "refine": refine,
        "stochastic": stochastic,
    },
)
