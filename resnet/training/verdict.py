"""Whether a finished run learned anything, why it may not have, and what may mend it."""

import operator
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from resnet.analysis.intervals import wilson_interval
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.models.registry import architecture, cifar_name
from resnet.store.records import DEAD_RELUS, DEADEST_LAYER, Predictions, Run
from resnet.store.run_store import RunStore
from resnet.training.spec import RECIPE_DEFAULTS, TrainingSpec, parse_spec

FAR = 100  # times; a rate so far below the recipe's is too low rather than too high
SEEN = "train_accuracy"  # of an epoch: while it trained, BatchNorm with each batch's own averages


class Cause(StrEnum):
    """Why a run may have learned nothing."""

    AVERAGES = "batch_norm_averages"
    DEAD = "dead_relus"
    BY_HEART = "learned_by_heart"
    SLOW = "learning_rate_too_low"
    RATE = "learning_rate_too_high"
    SHORT = "too_few_epochs"
    PLAIN = "deep_plain_net"
    UNKNOWN = "unknown"


_WHY = {
    Cause.DEAD: mark(
        "{dead} of its ReLUs are dead, those of a whole layer among them: they give 0 for every "
        "test image, as after steps too large, so the learning rate {rate} may be too high"
    ),
    Cause.RATE: mark("the learning rate {rate} may be too high for a net without BatchNorm"),
    Cause.AVERAGES: mark(
        "while it trained it had {seen} right, but BatchNorm's averages, which tests use, lag "
        "behind for so few steps"
    ),
    Cause.BY_HEART: mark(
        "it has {known} of the training images right, learned by heart: others look otherwise to it"
    ),
    Cause.SLOW: mark("the learning rate {rate} may be too low, for the recipe has {usual_rate}"),
    Cause.SHORT: mark("epochs may be too few: {epochs}, where the recipe has {usual_epochs}"),
    Cause.PLAIN: mark("a plain net of {depth} layers is hard to train"),
    Cause.UNKNOWN: mark("it may need more epochs than {epochs}"),
}


@dataclass(frozen=True)
class Verdict:
    """A run that learned nothing: its cause, as far as it is known, and what may mend it.

    right, total: of the test images; change: fields of the spec, with other values.
    """

    right: int
    total: int
    cause: Cause
    facts: Mapping[str, str]
    change: Mapping[str, Any]

    def sentence(self, remedy: str = "") -> str:
        """Say in one sentence, in the reader's language, what came, why, and what to try."""
        words = _(
            "It learned nothing: {right} of {total} test images right is no more than guessing "
            "gets; {why}."
        )
        if remedy:
            words = _(
                "It learned nothing: {right} of {total} test images right is no more than guessing "
                "gets; {why}: try {remedy}."
            )
        why = translate(_WHY[self.cause]).format(**self.facts)
        return words.format(right=self.right, total=self.total, why=why, remedy=remedy)


def at_chance(right: int, total: int, guessing: float) -> bool:
    """Tell whether so many right answers of all are no proof of more than guessing.

    guessing: the share that it gets right. So it is where the Wilson interval (95 %) reaches it.
    """
    return wilson_interval(right, total)[0] <= guessing


def learned_nothing(answers: Predictions) -> bool:
    """Tell whether a net's answers to the test images are no better than guessing."""
    labels = answers.labels
    return bool(labels) and at_chance(_right(answers), len(labels), _guessing(labels))


def _right(answers: Predictions) -> int:
    return sum(map(operator.eq, answers.labels, answers.predicted))


def _guessing(labels: list[int]) -> float:
    """Return the share of right answers of who always names the commonest class."""
    return max(Counter(labels).values()) / len(labels)


def verdict(run: Run, store: RunStore) -> Verdict | None:
    """Return why a finished run may have learned nothing; None where it did, or nobody knows."""
    answers = store.predictions(run.id)
    if not learned_nothing(answers):
        return None
    spec = parse_spec(run.spec, stored=True)
    curves = store.metrics(run.id, (SEEN, DEAD_RELUS, DEADEST_LAYER))
    last = {name: curve.values[-1] for name, curve in curves.items() if curve.values}
    images = max(1, round(run.total_steps / spec.epochs * spec.batch_size))
    guessing = _guessing(answers.labels)

    def known(share: float | None) -> bool:
        return share is not None and not at_chance(round(share * images), images, guessing)

    cause = _cause(spec, known(last.get(SEEN)), known(run.train_accuracy), last.get(DEADEST_LAYER))
    return Verdict(
        _right(answers), len(answers.labels), cause, _facts(spec, run, last), _change(spec, cause)
    )


def _cause(spec: TrainingSpec, seen: bool, known: bool, deadest: float | None) -> Cause:
    """Tell the likeliest cause.

    seen, known: whether it was better than guessing on the training images, while it trained and
    as it is asked now; deadest: the share of dead ReLUs in the layer with most.
    """
    net, usual = architecture(spec.model), RECIPE_DEFAULTS[spec.recipe]
    normed = spec.batch_norm and net.has_batch_norm
    plain = net.plain or spec.shortcut is False
    fair = spec.epochs >= usual.epochs  # it had the time that the recipe takes
    rate = spec.learning_rate
    # What SGD takes with BatchNorm is much without it; Adam's is none too much for most nets.
    high = fair and rate >= usual.learning_rate
    if spec.recipe != "notebook":
        high = FAR * rate > usual.learning_rate
    candidates = {
        Cause.AVERAGES: seen and normed and not known,
        Cause.DEAD: deadest == 1 and not known,  # nothing passes such a layer
        Cause.BY_HEART: known and fair,
        Cause.SLOW: FAR * rate < usual.learning_rate,
        Cause.RATE: not normed and high and not (seen or known),
        Cause.SHORT: not fair,
        Cause.PLAIN: plain and _with_shortcuts(spec) is not None,
    }
    return next((cause for cause, holds in candidates.items() if holds), Cause.UNKNOWN)


def _change(spec: TrainingSpec, cause: Cause) -> dict[str, Any]:
    """Return what to change of the spec, so that the next run may learn."""
    usual = RECIPE_DEFAULTS[spec.recipe]
    if cause in (Cause.DEAD, Cause.RATE):
        return {"learning_rate": float(f"{spec.learning_rate / 10:.3g}")}
    if cause is Cause.AVERAGES and spec.recipe == "notebook":
        fast = RECIPE_DEFAULTS["fast"]
        return {"recipe": "fast", "learning_rate": fast.learning_rate}
    if cause is Cause.BY_HEART and spec.augmentation != "strong":
        return {"augmentation": "strong"}
    if cause is Cause.SLOW:
        return {"learning_rate": usual.learning_rate}
    if cause is Cause.PLAIN:
        return _with_shortcuts(spec) or {}
    return {"epochs": usual.epochs if spec.epochs < usual.epochs else min(1000, 2 * spec.epochs)}


def _with_shortcuts(spec: TrainingSpec) -> dict[str, Any] | None:
    """Return the change that gives a plain net shortcuts; None where it has no place for any."""
    net = architecture(spec.model)
    if not net.plain:
        return {"shortcut": None}
    twins = {"cifar": cifar_name(net.depth), "imagenet": f"resnet{net.depth}", "live": "fast"}
    return {"model": twins[net.family]} if net.family in twins else None


def _facts(spec: TrainingSpec, run: Run, last: Mapping[str, float]) -> dict[str, str]:
    """Return the words that the causes' sentences are filled with."""
    usual = RECIPE_DEFAULTS[spec.recipe]
    return {
        "rate": f"{spec.learning_rate:g}",
        "usual_rate": f"{usual.learning_rate:g}",
        "epochs": str(spec.epochs),
        "usual_epochs": str(usual.epochs),
        "depth": str(architecture(spec.model).depth),
        "dead": f"{last.get(DEAD_RELUS, 0):.0%}",
        "seen": f"{last.get(SEEN, 0):.0%}",
        "known": f"{run.train_accuracy or 0:.0%}",
    }
