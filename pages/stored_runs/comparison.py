"""Selected runs beside each other: curves, what differs, and files to take away."""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.run_result import confusions, show_mistakes
from pages.components.running import literal, run_title, store
from pages.components.short_tasks import result_within
from pages.server.downloads import made_later
from pages.stored_runs.spec_words import field_words, value_words
from resnet.drawing.figures.curves import LearningCurve, Measure, Part
from resnet.drawing.figures.results import confusion_matrix
from resnet.errors import LabError
from resnet.inference.checkpoint import CARD, NET, WEIGHTS, content_of, net_archive, run_folder
from resnet.jobs import tasks
from resnet.language import again
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.store.records import EPOCH_METRICS, Run

MOST_MATRICES = 4
EXPORT_SECONDS = 120


def curves(runs: Sequence[Run], measure: Measure) -> list[LearningCurve]:
    """Return each run's training and test curve, a point an epoch."""
    parts: tuple[Part, Part] = ("train", "test")
    source = "loss" if measure == "loss" else "accuracy"
    found = []
    for run in runs:
        net, metrics = architecture(run.spec["model"]), store().metrics(run.id, EPOCH_METRICS)
        for part in parts:
            metric = metrics.get(f"{part}_{source}")
            if metric is None:
                continue
            found.append(
                LearningCurve(
                    net=_label(run, runs),
                    plain=net.plain or run.spec["shortcut"] is False,
                    part=part,
                    x=tuple(metric.epochs),
                    y=tuple(1 - y if measure == "error" else y for y in metric.values),
                    depth=net.depth,
                    seed=run.spec["seed"],
                    batch_norm=run.spec["batch_norm"],
                    synthetic=run.synthetic,
                )
            )
    return found


def _label(run: Run, runs: Sequence[Run]) -> str:
    """Name a run by its net and whatever else differs between the runs, but for the seed."""
    telling = [name for name in _differing(runs) if name not in ("model", "seed")]
    values = [f"{field_words(name)} {value_words(run.spec, name)}" for name in telling]
    return " · ".join([run.spec["model"], *values])


def _differing(runs: Sequence[Run]) -> list[str]:
    names = dict.fromkeys(name for run in runs for name in run.spec)
    return [name for name in names if len({value_words(run.spec, name) for run in runs}) > 1]


def show_differences(runs: Sequence[Run]) -> None:
    """Show in a table what was chosen differently and what came of it."""
    names = _differing(runs) or ["model"]
    rows = {field_words(name): [value_words(run.spec, name) for run in runs] for name in names}
    rows[_("Training accuracy")] = [_percent(run.train_accuracy) for run in runs]
    rows[_("Test accuracy")] = [_percent(run.test_accuracy) for run in runs]
    if any(run.reason for run in runs):
        rows[_("Why it ended")] = [again(run.reason) or "–" for run in runs]
    st.table(pd.DataFrame(rows, index=[run.id[:6] for run in runs]).T)


def offer_downloads(runs: Sequence[Run]) -> None:
    """Offer the curves of the runs as CSV and Parquet, and a single run's weights."""
    with st.container(horizontal=True):
        st.download_button(
            _("Curves (CSV)"),
            made_later(lambda: _points(runs).to_csv(index=False)),
            file_name="runs.csv",
            mime="text/csv",
            key="runs_csv",
            icon=":material/download:",
        )
        st.download_button(
            _("Curves (Parquet)"),
            made_later(lambda: _points(runs).to_parquet(index=False)),
            file_name="runs.parquet",
            key="runs_parquet",
            icon=":material/download:",
        )
        if len(runs) == 1 and all(file.exists() for file in _files(runs[0])):
            _offer_net(runs[0])


def _offer_net(run: Run) -> None:
    weights = _("HDF5 weights with the card that says which net they fit.")
    keras_file = _("The whole net, for keras.saving.load_model().")
    phones = _("The whole net, for phones and small computers.")
    for label, ending, explained, content in (
        (_("Weights"), "zip", weights, lambda: _net(run)),
        ("Keras", "keras", keras_file, lambda: _exported(run, "keras")),
        ("LiteRT", "tflite", phones, lambda: _exported(run, "tflite")),
    ):
        st.download_button(
            label,
            made_later(content),
            file_name=f"{run.id}.{ending}",
            key=f"runs_{ending}",
            help=explained,
            icon=":material/download:",
        )


def _exported(run: Run, form: str) -> bytes:
    return result_within(tasks.export_net, run.id, form, seconds=EXPORT_SECONDS)


def show_confusions(runs: Sequence[Run]) -> None:
    """Show beside each other which signs the nets of these runs take for which, and the photos."""
    answered = [(run, store().predictions(run.id)) for run in runs[:MOST_MATRICES]]
    answered = [(run, answers) for run, answers in answered if answers.labels]
    if not answered:
        return
    st.subheader(_("What they take for what"), anchor=False)
    with st.grid("auto", min_column_width=300):
        for run, answers in answered:
            with st.container():
                st.caption(literal(run_title(run)))
                chart(
                    confusion_matrix(*confusions(answers), frame.theme()),
                    key=f"runs_confusion_{run.id}",
                    alt=_("Confusion matrix: true sign by predicted sign"),
                )
                if len(answered) > 1:
                    show_mistakes(run, answers)
        if len(answered) == 1:
            with st.container():
                show_mistakes(*answered[0])


def _points(runs: Sequence[Run]) -> pd.DataFrame:
    """Return every stored point, one a row."""
    tables = [
        pd.DataFrame(
            {
                "run": run.id,
                "model": run.spec["model"],
                "seed": run.spec["seed"],
                "curve": name,
                "epoch": curve.epochs,
                "step": curve.steps,
                "value": curve.values,
            }
        )
        for run in runs
        for name, curve in store().metrics(run.id).items()
    ]
    return pd.concat(tables) if tables else pd.DataFrame()


def _files(run: Run) -> list[Path]:
    return [run_folder(run.id) / f"{NET}{ending}" for ending in (WEIGHTS, CARD)]


def _net(run: Run) -> bytes:
    try:
        return net_archive(*(content_of(file) for file in _files(run)))
    except OSError as error:
        raise LabError(
            _("The net of run {run} is gone: it was deleted meanwhile.").format(run=run.id)
        ) from error


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.1%}"
