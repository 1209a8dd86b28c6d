"""What a training will need, against arithmetic and against what one really takes."""

import psutil
import pytest

from resnet.analysis.cost import model_cost
from resnet.analysis.training_cost import COPIES, SHARE, TrainingCost, training_cost
from resnet.errors import LabError
from resnet.models.registry import build
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training import estimate
from resnet.training.stored_run import run

GIB = 2**30


def test_time_is_three_passes_at_the_speed_that_nets_reach():
    model = build("resnet20", (32, 32, 3), 10)
    cost = training_cost(model, 128, 50_000, 1, 1e12)
    # FACTS: 40,551,040 multiply-adds; two operations each, forwards and twice backwards.
    assert cost.seconds == pytest.approx(2 * 3 * 40_551_040 * 50_000 / 1e12 / SHARE)


def test_memory_grows_with_the_batch_and_the_optimizer():
    model = build("resnet20", (32, 32, 3), 10)
    small, large, adam = (
        training_cost(model, batch, 1, slots, 1e12).memory
        for batch, slots in ((32, 1), (64, 1), (32, 2))
    )
    whole = model_cost(model)
    assert adam - small == 4 * whole.parameters
    assert large - small == pytest.approx(COPIES * 32 * whole.activation_bytes)


@pytest.mark.parametrize(
    ("cost", "rules", "says"),
    [
        (TrainingCost(3 * GIB, 1), Rules(most_gib=2), "about 3 GiB and the teacher allows 2"),
        (TrainingCost(1, 3600), Rules(most_minutes=5), "about 60 minutes and the teacher allows 5"),
        (TrainingCost(900 * GIB, 1), Rules(), "about 900 GiB and this worker has"),
    ],
)
def test_too_much_is_one_sentence(cost, rules, says):
    with pytest.raises(LabError, match=says):
        estimate.check_cost(cost, rules)


def test_what_fits_is_let_through():
    estimate.check_cost(TrainingCost(psutil.virtual_memory().available / 2, 60), Rules())


def test_a_run_that_is_not_allowed_ends_failed_before_its_first_step(tiny_spec):
    store = RunStore()
    store.set_rules(Rules(most_gib=0))
    run_id = store.create(tiny_spec().model_dump())
    run(run_id, store)
    ended = store.get(run_id)
    assert (ended.state, ended.step) == (State.FAILED, 0)
    assert "the teacher allows 0" in ended.reason
