"""The lab's own training, printed in the same lines as plain_keras.py prints the notebook's.

``python -m benchmarks.lab_training STARTED SPEC [again]``: with `again` the process trains once
before, as a warm worker has, and the seconds count from the start of the second training.
"""

import json
import sys
import time

from benchmarks.plain_keras import Report
from resnet.data.signs import load
from resnet.training import train
from resnet.training.spec import TrainingSpec, parse_spec
from resnet.training.traced import keep_traced


def main(started: float, spec: TrainingSpec, again: bool) -> None:
    """Train a spec as a worker does, without a run store."""
    dataset = load(spec.data)
    if again:
        warm = spec.model_copy(update={"seed": spec.seed + 1000})
        model = train.prepare_or_reuse(warm, dataset)
        train.fit(warm, dataset, [], model)
        keep_traced(model)
        started = time.time()
    model = train.prepare_or_reuse(spec, dataset)
    result = train.fit(spec, dataset, [Report(started)], model)
    print(json.dumps({"seconds": time.time() - started, "final": result.test_accuracy}), flush=True)


if __name__ == "__main__":
    main(float(sys.argv[1]), parse_spec(json.loads(sys.argv[2])), "again" in sys.argv)
