"""Gradient norms while two nets train: layers × steps, side by side."""

from itertools import chain

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.follow import follow
from pages.components.initial_weights import choose_initial_weights
from pages.components.running import ACTIVE, start_run, state_words, store
from pages.server.visitors import visitor
from resnet.drawing.figures.gradient_curves import GradientSeries, log_range
from resnet.drawing.figures.gradient_film import gradient_film, gradient_heatmap
from resnet.errors import LabError
from resnet.language import again
from resnet.language import translate as _
from resnet.store.records import Norms, Run
from resnet.store.states import State

LINK, ORIGIN = "norms_runs", "norms"
KINDS = ("plain", "resnet")
STEPS_BETWEEN, EPOCHS = 5, 2
# Found by trying, seeds 0 and 1: the plain net's first layer ends with 1/44 and 1/190 of its last
# one's gradient, the residual net's with as much and twice as much. At 0.1 the latter diverges.
DEPTH, RATE = 20, 0.01


def show(data: str) -> None:
    """Let the learner train a plain net and its residual twin and watch both heat maps."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depths = [8, 14, 20, 32, 44, 56]
        depth = st.selectbox(
            _("Depth"),
            depths,
            index=depths.index(DEPTH),
            key="norms_train_depth",
            width=110,
            bind="query-params",
        )
        rate = st.number_input(
            _("Learning rate"),
            1e-5,
            1.0,
            RATE,
            format="%g",
            key="norms_train_rate",
            width=150,
            bind="query-params",
        )
        initializer = choose_initial_weights("norms_train_init")
        batch_norm = st.toggle(_("BatchNorm"), key="norms_train_bn", bind="query-params")
        if st.button(_("Train both and watch"), icon=":material/play_arrow:", type="primary"):
            _start(
                {
                    "recipe": "fast",
                    "epochs": EPOCHS,
                    "data": data,
                    "image_size": 32,
                    "learning_rate": rate,
                    "initializer": initializer,
                    "batch_norm": batch_norm,
                    "gradient_norms_every": STEPS_BETWEEN,
                },
                depth,
            )
    ids = _shown()
    if not ids:
        st.caption(
            _("Two short runs of two epochs on 32×32 images; norms every {n} steps.").format(
                n=STEPS_BETWEEN
            )
        )
        return
    try:
        follow(lambda: 1.0 if _any_active(ids) else None, lambda: _heatmaps(ids))
    except LabError as error:
        st.info(str(error))


def _any_active(ids: list[str]) -> bool:
    return any(store().get(run_id).state in ACTIVE for run_id in ids)


def _shown() -> list[str]:
    """Return the two runs of the link, else the learner's newest two."""
    if linked := st.query_params.get(LINK, ""):
        return linked.split(",")
    own = store().runs(limit=len(KINDS), owner=visitor(), origin=ORIGIN)
    return [run.id for run in reversed(own)] if len(own) == len(KINDS) else []


def _start(common: dict, depth: int) -> None:
    try:
        ids = [start_run(common | {"model": f"{kind}{depth}"}, ORIGIN) for kind in KINDS]
    except LabError as error:
        st.error(str(error))
        return
    st.query_params[LINK] = ",".join(ids)


def _heatmaps(ids: list[str]) -> None:
    runs = [store().get(run_id) for run_id in ids]
    norms = [store().norms(run_id) for run_id in ids]
    steps = sorted(set(norms[0].steps).intersection(*(norm.steps for norm in norms)))
    if len(steps) > 1:
        chart(
            gradient_film(steps, [_moment(runs, norms, step) for step in steps], frame.theme()),
            key="norms_film",
            alt=_("Gradient norm of every layer, step by step"),
        )
    limits = log_range(chain.from_iterable(row for norm in norms for row in norm.values))
    for column, run, norm in zip(st.columns(len(runs)), runs, norms, strict=True):
        with column:
            _map(run, norm, limits)
    st.caption(
        _("Both maps share one scale of colours: what is dark in one is as small in the other.")
    )


def _map(run: Run, norm: Norms, limits: tuple[float, float]) -> None:
    """Show one net's map, and why it ends where it does."""
    st.markdown(f"**{run.spec['model']}** · {state_words(run.state)}")
    if run.state == State.DIVERGED:
        st.warning(
            again(run.reason)
            + " "
            + _("Without BatchNorm each block adds to the stream: the deeper, the larger it grows.")
        )
    elif run.state.final and run.reason:
        st.warning(again(run.reason))
    if not norm.steps:
        if run.state in ACTIVE:
            st.skeleton(height=320)
        return
    chart(
        gradient_heatmap(norm.layers, norm.steps, norm.values, frame.theme(), limits),
        key=f"heat_{run.id}",
        alt=_("Gradient norm by layer and step of {net}").format(net=run.spec["model"]),
    )
    st.page_link(
        "train.py",
        label=_("Its curves"),
        query_params={"run": run.id},
        icon=":material/show_chart:",
    )


def _moment(runs: list[Run], norms: list[Norms], step: int) -> list[GradientSeries]:
    """Return every net's curve at one step."""
    return [
        GradientSeries(
            net=run.spec["model"],
            plain=run.spec["model"].startswith("plain"),
            layers=tuple(norm.layers),
            norms=tuple(norm.values[norm.steps.index(step)]),
            batch_norm=run.spec["batch_norm"],
        )
        for run, norm in zip(runs, norms, strict=True)
    ]
