"""The one package that knows which backend Keras runs on: TensorFlow (the default) or JAX."""

from resnet.backend.devices import (
    backend_version,
    data_parallel,
    device_name,
    gpu_memory_held,
    multiplying_speed,
    start,
)
from resnet.backend.events import write_events
from resnet.backend.gradients import value_and_gradients
from resnet.backend.library import Array, keras
from resnet.backend.steps import quicken_first_step, steps_in_one
from resnet.backend.values import ran_out_of_memory, without_values

__all__ = [
    "Array",
    "backend_version",
    "data_parallel",
    "device_name",
    "gpu_memory_held",
    "keras",
    "multiplying_speed",
    "quicken_first_step",
    "ran_out_of_memory",
    "start",
    "steps_in_one",
    "value_and_gradients",
    "without_values",
    "write_events",
]
