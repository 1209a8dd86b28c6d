"""Gradient norms while two nets train: layers × steps, side by side."""

import streamlit as st

from pages.components import frame
from pages.components.charts import chart
from pages.components.language import fragment
from pages.components.running import ACTIVE, start_run, state_words, store
from resnet.drawing.gradient_curves import GradientSeries
from resnet.drawing.gradient_film import gradient_film, gradient_heatmap
from resnet.errors import LabError
from resnet.language import translate as _
from resnet.store.records import Norms, Run

STEPS_BETWEEN = 5


def show(data: str) -> None:
    """Let the learner train a plain net and its residual twin and watch both heat maps."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        depth = st.selectbox(
            _("Depth"), [8, 14, 20, 32, 44, 56], index=2, key="norms_train_depth", width=120,
            bind="query-params",
        )  # fmt: skip
        batch_norm = st.toggle(_("BatchNorm"), key="norms_train_bn", bind="query-params")
        if st.button(_("Train both and watch"), icon=":material/play_arrow:", type="primary"):
            _start(depth, batch_norm, data)
    ids = st.query_params.get("norms_runs", "")
    if not ids:
        st.caption(
            _("Two short runs of two epochs on 32×32 images; norms every {n} steps.").format(
                n=STEPS_BETWEEN
            )
        )
        return
    try:
        active = any(store().get(run_id).state in ACTIVE for run_id in ids.split(","))
    except LabError as error:
        st.info(str(error))
        return
    fragment(run_every=1.0 if active else None)(_heatmaps)(ids.split(","), active)


def _start(depth: int, batch_norm: bool, data: str) -> None:
    common = {
        "recipe": "fast", "epochs": 2, "data": data, "image_size": 32,
        "batch_norm": batch_norm, "gradient_norms_every": STEPS_BETWEEN,
    }  # fmt: skip
    try:
        ids = [start_run(common | {"model": f"{kind}{depth}"}) for kind in ("plain", "resnet")]
    except LabError as error:
        st.error(str(error))
        return
    st.query_params["norms_runs"] = ",".join(ids)


def _heatmaps(ids: list[str], was_active: bool) -> None:
    runs = [store().get(run_id) for run_id in ids]
    norms = [store().norms(run_id) for run_id in ids]
    steps = sorted(set(norms[0].steps).intersection(*(norm.steps for norm in norms)))
    if len(steps) > 1:
        chart(
            gradient_film(steps, [_moment(runs, norms, step) for step in steps], frame.theme()),
            key="norms_film",
            alt=_("Gradient norm of every layer, step by step"),
        )
    for column, run, norm in zip(st.columns(len(runs)), runs, norms, strict=True):
        with column:
            st.markdown(f"**{run.spec['model']}** · {state_words(run.state)}")
            if norm.steps:
                chart(
                    gradient_heatmap(norm.layers, norm.steps, norm.values, frame.theme()),
                    key=f"heat_{run.id}",
                    alt=_("Gradient norm by layer and step of {net}").format(net=run.spec["model"]),
                )
            else:
                st.skeleton(height=320)
    if was_active and not any(run.state in ACTIVE for run in runs):
        st.rerun()


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
