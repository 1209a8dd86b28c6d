"""Lesson: BatchNorm on and off, shortcut on and off."""

from collections.abc import Mapping, Sequence
from statistics import mean
from typing import Any

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.initial_weights import INITIALIZERS, choose_initial_weights
from pages.components.lesson import lesson
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import (
    GradientQuestion,
    Trials,
    by_rate,
    final_error,
    mean_final_error,
    recorded_norms,
    recording,
)
from resnet.drawing.figures.gradient_curves import GradientSeries, gradient_curves
from resnet.drawing.figures.plots import Line, Meaning, line_plot
from resnet.drawing.figures.small_curves import DIVERGED, Panel, small_curves
from resnet.language import translate as _
from resnet.store.states import State

DEPTHS = [8, 20, 32, 44, 56, 110]
LEARNED = 0.5  # an error below it


def _names() -> dict[tuple[bool, bool], str]:
    """Return what the four are called, by whether they are plain and have BatchNorm."""
    return {
        (True, False): _("plain, no BatchNorm"),
        (True, True): _("plain, BatchNorm"),
        (False, False): _("residual, no BatchNorm"),
        (False, True): _("residual, BatchNorm"),
    }


def norms() -> None:
    """Gradient norms of all four before training."""
    picture, controls = frame.picture_and_controls()
    with controls:
        depth = st.select_slider(
            _("Depth"),
            DEPTHS,
            56,
            key="two_depth",
            bind="query-params",
            help=_("Weighted layers; 6n + 2 as in He et al. 2015, §4.2."),
        )
        shown = st.pills(
            _("Nets"),
            [0, 1, 2, 3],
            selection_mode="multi",
            default=[0, 1, 2, 3],
            key="two_nets",
            format_func=list(_names().values()).__getitem__,
            help=_("Show some of the four alone."),
        )
        initializer = choose_initial_weights("two_init")
    series = []
    for number in sorted(shown):
        kind, batch_norm = ("plain", "resnet")[number // 2], bool(number % 2)
        question = GradientQuestion(f"{kind}{depth}", batch_norm, initializer, 0, "synthetic")
        found = recorded_norms(question)
        if found is not None:
            series.append(
                GradientSeries(
                    question.net, kind == "plain", found.blocks, found.block_norms, batch_norm
                )
            )
    with picture:
        chart(
            gradient_curves(series, frame.theme()),
            key="two_norms",
            alt=_("Gradient norm at each block of the four nets, from the input to the output"),
        )
        numbers_behind("gradient_norms", key="two_norms_behind")


def training() -> None:
    """Training errors of all four at every rate, guessed first, then each at its best rate."""
    made = recording("two_by_two")
    initializer = st.session_state.get("two_init", INITIALIZERS[0])
    st.markdown(
        _("Initial weights: `{initializer}`, as chosen above.").format(initializer=initializer)
    )
    runs = [run for run in made["runs"] if run["initializer"] == initializer]
    cells = {
        (plain, batch_norm): by_rate(
            [r for r in runs if (_plain(r), r["batch_norm"]) == (plain, batch_norm)]
        )
        for plain in (True, False)
        for batch_norm in (False, True)
    }
    guessed = _guesses(made["learning_rates"])
    if not st.toggle(_("Show what happened"), key="two_shown", bind="query-params"):
        return
    learned = {
        place: {rate for rate, trials in cell.items() if mean_final_error(trials) < LEARNED}
        for place, cell in cells.items()
    }
    chart(
        small_curves(
            [_panels(cell, made) for cell in cells.values()],
            [name.replace(", ", "<br>").replace("，", "<br>") for name in _names().values()],
            [_("rate {rate}").format(rate=r).replace(" ", "<br>") for r in made["learning_rates"]],
            frame.theme(),
        ),
        key="two_small",
        alt=_("Training error of the four nets at each rate"),
    )
    if any(guessed.values()):
        right = sum(
            (rate in guessed[place]) == (rate in learned[place])
            for place in cells
            for rate in made["learning_rates"]
        )
        total = len(cells) * len(made["learning_rates"])
        st.markdown(_("You were right in **{right} of {total}**.").format(right=right, total=total))
    st.markdown(_("Each at its own best rate, the framed one:"))
    lines = [
        _at_its_best(name, cell, made)
        for name, cell in zip(_names().values(), cells.values(), strict=True)
    ]
    chart(
        line_plot(lines, frame.theme(), _("training step"), _("training error"), percent=True),
        key="two_training",
        alt=_("Training error of the four nets, each at its best rate"),
    )
    st.markdown(_table(cells))
    numbers_behind("two_by_two", key="two_training_behind")


def _plain(run: Mapping[str, Any]) -> bool:
    return run["model"].startswith("plain")


def _guesses(rates: Sequence[float]) -> dict[tuple[bool, bool], list[float]]:
    """Ask at which rates each net will learn."""
    st.markdown(
        _("At which rates will each be wrong on less than half of its training images at the end?")
    )
    columns = st.columns(4)
    return {
        (plain, batch_norm): column.pills(
            name,
            rates,
            selection_mode="multi",
            key=f"two_guess_{plain:d}{batch_norm:d}",
            bind="query-params",
        )
        for column, ((plain, batch_norm), name) in zip(columns, _names().items(), strict=True)
    }


def _panels(cell: Mapping[float, Trials], made: Mapping[str, Any]) -> list[Panel]:
    best = next(iter(cell))
    return [
        Panel(
            _steps(made),
            [trial["error"] for trial in cell[rate]],
            _plain(cell[rate][0]),
            cell[rate][0]["batch_norm"],
            rate == best,
        )
        for rate in made["learning_rates"]
    ]


def _steps(made: Mapping[str, Any]) -> list[int]:
    """Return the steps at which the points of a whole curve stand."""
    whole = next(run for run in made["runs"] if run["state"] == State.DONE)
    points = len(whole["error"])
    return [whole["steps"] // points * point for point in range(1, points + 1)]


def _at_its_best(name: str, cell: Mapping[float, Trials], made: Mapping[str, Any]) -> Line:
    """Return the mean of a net's trials at its best rate, with a cross for each that diverged."""
    trials = next(iter(cell.values()))
    seeds = [trial["error"] for trial in trials if trial["state"] == State.DONE]
    name = f"{name} {DIVERGED * (len(trials) - len(seeds))}".rstrip()
    means = [mean(values) for values in zip(*seeds, strict=True)]
    kind: Meaning = "plain" if _plain(trials[0]) else "residual"
    thin = not trials[0]["batch_norm"]
    return Line(name, _steps(made)[: len(means)], means, kind, thin=thin, seeds=seeds)


def _table(cells: Mapping[tuple[bool, bool], Mapping[float, Trials]]) -> str:
    """Return the two by two as a table: each at its best rate, mean and range of the seeds."""
    words = []
    for batch_norm, name in ((False, _("no BatchNorm")), (True, "BatchNorm")):
        row = [f"**{name}**"]
        for plain in (True, False):
            rate, trials = next(iter(cells[plain, batch_norm].items()))
            ends = sorted(map(final_error, trials))
            if all(trial["state"] == State.DIVERGED for trial in trials):
                row.append(_("diverges at every rate"))
                continue
            row.append(
                _("**{mean:.0%}** ({least:.0%} to {most:.0%}) at rate {rate}").format(
                    mean=mean_final_error(trials), least=ends[0], most=ends[-1], rate=rate
                )
            )
        words.append("| " + " | ".join(row) + " |")
    head = "| | {} | {} |".format(_("without shortcut"), _("with shortcut"))
    return "\n".join([head, "|---|---|---|", *words])


lesson("two_by_two", {"norms": norms, "training": training})
