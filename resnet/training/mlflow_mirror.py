"""Finished runs in MLflow as well, where MLFLOW_TRACKING_URI names one; needs mlflow-skinny."""

import logging
import os
import time

from resnet.store.records import EPOCH_METRICS, Run
from resnet.store.run_store import RunStore
from resnet.store.states import State

EXPERIMENT = "ResNet Lab"
STATUS = {State.DONE: "FINISHED", State.STOPPED: "KILLED"}  # the others FAILED
logger = logging.getLogger(__name__)


def mirror(run_id: str, store: RunStore) -> None:
    """Copy a finished run's spec, curves by epoch and outcome to MLflow; nothing where none is.

    What goes wrong there is logged and does not touch the run.
    """
    if not os.environ.get("MLFLOW_TRACKING_URI"):
        return
    try:
        _copy(store.get(run_id), store)
    except Exception:  # a server of somebody else's, a package that may be missing
        logger.exception("Run %s could not be mirrored to MLflow.", run_id)


def _copy(run: Run, store: RunStore) -> None:
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")  # nothing leaves unasked
    from mlflow import MlflowClient
    from mlflow.entities import Metric, Param, RunTag

    client = MlflowClient()
    known = client.get_experiment_by_name(EXPERIMENT)
    experiment = known.experiment_id if known else client.create_experiment(EXPERIMENT)
    begun = round(1000 * (run.started_at or run.created_at))
    copy = client.create_run(experiment, begun, run_name=run.title or run.spec["model"])
    curves = store.metrics(run.id, EPOCH_METRICS)
    client.log_batch(
        copy.info.run_id,
        metrics=[
            Metric(name, value, begun + step, epoch)
            for name, curve in curves.items()
            for step, epoch, value in zip(curve.steps, curve.epochs, curve.values, strict=True)
        ],
        params=[Param(name, str(value)) for name, value in run.spec.items()],
        tags=[
            RunTag("resnet_lab.run", run.id),
            RunTag("resnet_lab.state", run.state),
            RunTag("resnet_lab.device", run.device),
            *(RunTag(f"version.{name}", number) for name, number in run.versions.items()),
        ],
    )
    ended = round(1000 * (run.finished_at or time.time()))
    client.set_terminated(copy.info.run_id, STATUS.get(run.state, "FAILED"), ended)
