"""A run that learned nothing says so, why that may be, and what may mend it."""

import pytest
from scipy.stats import binom, binomtest

from resnet.store.records import DEAD_RELUS, DEADEST_LAYER, Metric
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.spec import RECIPE_NAMES, TrainingSpec, parse_spec
from resnet.training.stored_run import run
from resnet.training.verdict import Cause, at_chance, learned_nothing, verdict

LABELS = [number % 6 for number in range(120)]  # as SIGNS tests: twenty of each


def ended(right: int, train: float, seen: float, deadest: float | None = None, **choices):
    """Store a finished run with so many test images right, and return what is said of it."""
    store = RunStore()
    spec = TrainingSpec(**choices)
    run_id = store.create(spec.model_dump())
    steps = 34 * spec.epochs
    store.set_state(run_id, State.RUNNING, total_steps=steps, step=steps, epoch=spec.epochs)
    store.append_metrics(run_id, [Metric(steps, spec.epochs, "train_accuracy", seen)])
    if deadest is not None:
        points = ((DEAD_RELUS, deadest / 2), (DEADEST_LAYER, deadest))
        store.append_metrics(run_id, [Metric(steps, spec.epochs, *point) for point in points])
    predicted = [label if n < right else (label + 1) % 6 for n, label in enumerate(LABELS)]
    store.save_predictions(run_id, LABELS, predicted, [0.5] * len(LABELS))
    store.finish(run_id, State.DONE, train_accuracy=train, test_accuracy=right / len(LABELS))
    return verdict(store.get(run_id), store)


@pytest.mark.parametrize("total", [12, 24, 120, 240, 1000])
def test_chance_is_where_a_binomial_test_finds_nothing_more(total):
    """scipy's exact test at 2.5 % on one side; Wilson's interval leaves it by an image or two."""
    least = next(n for n in range(total + 1) if not at_chance(n, total, 1 / 6))
    exact = next(
        n for n in range(total + 1) if binomtest(n, total, 1 / 6, "greater").pvalue < 0.025
    )
    assert abs(least - exact) <= 2
    # Of a hundred nets that guess, few are said to have learned something.
    assert binom.sf(least - 1, total, 1 / 6) < 0.05


def test_naming_the_commonest_class_alone_is_guessing():
    store = RunStore()
    run_id = store.create(TrainingSpec().model_dump())
    labels = [0] * 90 + [1] * 30
    store.save_predictions(run_id, labels, [0] * 120, [1] * 120)
    assert learned_nothing(store.predictions(run_id))
    store.save_predictions(run_id, labels, [0] * 89 + [1] * 31, [1] * 120)
    assert not learned_nothing(store.predictions(run_id))


@pytest.mark.parametrize("right", [40, 80, 120])
def test_a_run_that_learned_something_hears_nothing(right):
    assert ended(right, 0.9, 0.9) is None


def test_a_run_without_answers_hears_nothing():
    store = RunStore()
    run_id = store.create(TrainingSpec().model_dump())
    store.request_stop(run_id)
    assert verdict(store.get(run_id), store) is None


AT_CHANCE = {"right": 20, "train": 1 / 6, "seen": 1 / 6}
CASES = [
    # The lesson's exercise: lenet5 with the recipe fast.
    (Cause.DEAD, {"learning_rate": 0.01}, {"model": "lenet5", "deadest": 1.0}),
    (Cause.RATE, {"learning_rate": 0.01}, {"model": "lenet5_1998"}),
    (Cause.RATE, {"learning_rate": 0.02}, {"model": "lenet5", "recipe": "sprint", "deadest": 0.9}),
    (Cause.RATE, {"learning_rate": 0.01}, {"model": "fast", "batch_norm": False}),
    (Cause.RATE, {"learning_rate": 1e-4}, {"model": "vgg16", "recipe": "notebook"}),
    (Cause.SHORT, {"epochs": 20}, {"model": "lenet5", "recipe": "notebook", "epochs": 1}),
    (
        Cause.AVERAGES,
        {"recipe": "fast", "learning_rate": 0.1},
        {"model": "fast", "recipe": "notebook", "epochs": 2, "seen": 0.6},
    ),
    (Cause.AVERAGES, {"epochs": 30}, {"model": "fast", "epochs": 1, "seen": 0.6}),
    (
        Cause.BY_HEART,
        {"augmentation": "strong"},
        {"recipe": "notebook", "seen": 0.99, "train": 0.99},
    ),
    (
        Cause.SHORT,
        {"epochs": 30},
        {"model": "lenet5", "epochs": 3, "learning_rate": 0.01, "seen": 0.22, "train": 0.22},
    ),
    (Cause.SLOW, {"learning_rate": 0.1}, {"learning_rate": 1e-5}),
    (Cause.SHORT, {"epochs": 30}, {"model": "plain56", "epochs": 3}),
    (Cause.PLAIN, {"model": "resnet56"}, {"model": "plain56"}),
    (Cause.PLAIN, {"model": "resnet34"}, {"model": "plain34"}),
    (Cause.PLAIN, {"shortcut": None}, {"model": "resnet56", "shortcut": False}),
    (Cause.UNKNOWN, {"epochs": 60}, {"model": "resnet56"}),
]


@pytest.mark.parametrize(("cause", "change", "choices"), CASES)
def test_each_cause_is_named_with_what_mends_it(cause, change, choices):
    found = ended(**{**AT_CHANCE, **choices})
    assert (found.cause, found.change) == (cause, change)
    sentence = found.sentence()
    assert sentence.startswith("It learned nothing: 20 of 120 test images right")
    assert sentence.endswith(".")
    assert ". " not in sentence  # one sentence
    assert "{" not in sentence


@pytest.mark.parametrize(("cause", "change", "choices"), CASES)
def test_what_mends_is_a_spec_and_another_one(cause, change, choices):
    fields = {name: value for name, value in choices.items() if name in TrainingSpec.model_fields}
    before = TrainingSpec(**fields).model_dump()
    assert parse_spec({**before, **change}).model_dump() != before


@pytest.mark.parametrize("recipe", RECIPE_NAMES)
@pytest.mark.parametrize("net", ["lenet5", "plain20", "resnet20"])
@pytest.mark.parametrize("deadest", [None, 1.0])
def test_no_two_causes_send_a_learner_to_and_fro(net, recipe, deadest):
    spec, tried = TrainingSpec(model=net, recipe=recipe, image_size=32), []
    for _time in range(5):
        assert spec not in tried
        tried.append(spec)
        found = ended(**{**AT_CHANCE, **spec.model_dump(), "deadest": deadest})
        spec = parse_spec(spec.model_dump() | found.change)


@pytest.mark.soak
@pytest.mark.signs
@pytest.mark.timeout(1200)  # on a machine that does much else
def test_the_lessons_lenet_learns_nothing_at_the_rate_of_fast_and_learns_at_what_is_proposed():
    """A real training, from the queue to the verdict, and the next one."""
    store = RunStore()
    spec = TrainingSpec(model="lenet5", data="signs", epochs=8, image_size=32)
    run_id = store.create(spec.model_dump())
    run(run_id, store)
    found = verdict(store.get(run_id), store)
    assert found.cause in (Cause.DEAD, Cause.RATE)  # whether a whole layer dies is chance
    (share,), (deadest,) = (store.metrics(run_id)[n].values for n in (DEAD_RELUS, DEADEST_LAYER))
    assert 0 < share <= deadest <= 1
    assert found.change == {"learning_rate": 0.01}
    mended = store.create(parse_spec(spec.model_dump() | found.change).model_dump())
    run(mended, store)
    assert verdict(store.get(mended), store) is None
    assert store.get(mended).test_accuracy > 0.25
