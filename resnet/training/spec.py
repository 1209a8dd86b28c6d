"""What to train: a validated spec that travels as JSON."""

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictBool,
    ValidationError,
    field_validator,
    model_validator,
)

from resnet.errors import LabError
from resnet.language import mark, translate
from resnet.language import translate as _
from resnet.models.registry import architecture
from resnet.models.sides import check_sides

RecipeName = Literal["fast", "sprint", "notebook"]
Variation = Literal["none", "light", "strong"]
Precision = Literal["float32", "mixed_bfloat16"]
InitializerName = Literal["glorot_uniform", "he_normal", "orthogonal", "random_normal"]
RECIPE_NAMES: tuple[RecipeName, ...] = get_args(RecipeName)
PRECISIONS: tuple[Precision, ...] = get_args(Precision)


class RecipeDefaults(NamedTuple):
    """What a recipe trains with unless the spec says otherwise."""

    epochs: int
    batch_size: int
    learning_rate: float
    image_size: int = 64


RECIPE_DEFAULTS: dict[RecipeName, RecipeDefaults] = {
    "fast": RecipeDefaults(epochs=30, batch_size=32, learning_rate=0.1),
    # A quarter of the pixels and of the epochs' time: 95 % of SIGNS before others have started.
    "sprint": RecipeDefaults(epochs=12, batch_size=32, learning_rate=0.2, image_size=32),
    "notebook": RecipeDefaults(epochs=20, batch_size=32, learning_rate=1e-3),
}

# Whether residual blocks start with γ = 0 (Goyal et al. 2017, §5.1) unless the spec says otherwise.
STARTS_AS_IDENTITY: dict[RecipeName, bool] = {"fast": True, "sprint": True, "notebook": False}

# What each field takes, as the end of a sentence.
_EXPECTED = {
    "model": mark("the name of a net"),
    "data": mark("“signs”, “synthetic”, “both” or a folder"),
    "recipe": mark("“fast”, “sprint” or “notebook”"),
    "epochs": mark("a whole number from {least} to {most}"),
    "batch_size": mark("a whole number from {least} to {most}"),
    "learning_rate": mark("a number above {least}, at most {most}"),
    "seed": mark("a whole number from {least} to {most}"),
    "image_size": mark("a whole number of pixels from {least} to {most}"),
    "shortcut": mark("true, false or nothing (as the net has it)"),
    "batch_norm": mark("true or false"),
    "initializer": mark("“glorot_uniform”, “he_normal”, “orthogonal”, “random_normal” or nothing"),
    "zero_last_gamma": mark("true, false or nothing (as the recipe has it)"),
    "augmentation": mark("“none”, “light”, “strong” or nothing (as the recipe has it)"),
    "devices": mark("a whole number from {least} to {most}"),
    "precision": mark("“float32” or “mixed_bfloat16”"),
    "gradient_norms_every": mark("a whole number of steps from {least} (never) to {most}"),
}


class TrainingSpec(BaseModel):
    """Everything that determines a training run.

    epochs, batch_size, learning_rate and image_size left out or None become the recipe's own
    values, so a stored spec is complete. shortcut=False trains the net without shortcuts.
    initializer: of the kernels, by Keras's name; None as the net has it.
    zero_last_gamma: whether the last BatchNorm of each residual block starts with γ = 0, so that
    the net starts as the identity, or with γ = 1 as every other; None as the recipe does.
    augmentation: how much images are varied, None as the recipe does. devices: of one worker,
    which share each batch; each normalises its own part of it. precision: mixed_bfloat16
    multiplies in half the bits, for GPUs; weights and answers stay in float32. gradient_norms_every
    records each layer's gradient norm every so many steps; 0 never does.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    model: Annotated[str, Field(max_length=60)] = "fast"
    data: Annotated[str, Field(min_length=1, max_length=1000)] = "signs"
    recipe: RecipeName = "fast"
    epochs: Annotated[int, Field(ge=1, le=1000)] = RECIPE_DEFAULTS["fast"].epochs
    batch_size: Annotated[int, Field(ge=1, le=1080)] = RECIPE_DEFAULTS["fast"].batch_size
    learning_rate: Annotated[float, Field(gt=0, le=10)] = RECIPE_DEFAULTS["fast"].learning_rate
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0
    image_size: Annotated[int, Field(ge=8, le=224)] = 64
    shortcut: StrictBool | None = None
    batch_norm: StrictBool = True
    initializer: InitializerName | None = None
    zero_last_gamma: StrictBool | None = None
    augmentation: Variation | None = None
    devices: Annotated[int, Field(ge=1, le=64)] = 1
    precision: Precision = "float32"
    gradient_norms_every: Annotated[int, Field(ge=0, le=10_000)] = 0

    @model_validator(mode="before")
    @classmethod
    def _fill_in_recipe(cls, values: Any) -> Any:
        recipe = values.get("recipe", "fast") if isinstance(values, Mapping) else None
        if recipe not in RECIPE_NAMES:
            return values
        given = {name: value for name, value in values.items() if value is not None}
        return {**RECIPE_DEFAULTS[recipe]._asdict(), **given}

    @field_validator("model")
    @classmethod
    def _known_model(cls, name: str) -> str:
        return architecture(name).name

    @model_validator(mode="after")
    def _fits_together(self) -> "TrainingSpec":
        least = architecture(self.model).minimum_size
        check_sides(self.model, (self.image_size,), least)
        if self.image_size < least:
            raise LabError(
                _("{model} needs images of at least {least} pixels a side: got {size}.").format(
                    model=self.model, least=least, size=self.image_size
                )
            )
        if self.devices > 1 and self.gradient_norms_every:
            raise LabError(
                _(
                    "Gradient norms are those of one device: set gradient_norms_every to 0, or "
                    "devices to 1."
                )
            )
        return self


def parse_spec(values: Mapping[str, Any], stored: bool = False) -> TrainingSpec:
    """Return the spec of a mapping (parsed JSON); LabError names the first thing wrong with it.

    stored: the spec of a run that is there already, to which parts that its net has not are no
    mistake: up to version 0.2 they could be left out, and nothing was different.
    """
    if not isinstance(values, Mapping):
        raise LabError(
            _(
                "A training spec is a list of fields with their values, as {example}: got {value}."
            ).format(example='{"epochs": 30}', value=_shown(values))
        )
    try:
        spec = TrainingSpec.model_validate(values)
        if not stored:
            _check_parts(spec)
        return spec
    except ValidationError as error:
        first = error.errors()[0]
        cause = first.get("ctx", {}).get("error")
        if isinstance(cause, LabError):
            raise cause from error
        raise LabError(_sentence(_shown(first["loc"][0]), first["input"])) from error


def _check_parts(spec: TrainingSpec) -> None:
    """Refuse to leave out what the net has not, or to add what it has no place for."""
    net = architecture(spec.model)
    if spec.shortcut and net.family == "classic":
        raise LabError(
            _("{name} has no place for shortcuts: leave them off.").format(name=net.name)
        )
    if spec.shortcut is False and net.plain:
        sentence = _("{model} has no shortcuts that could be left out: train it as it is.")
        raise LabError(sentence.format(model=net.name))
    if not spec.batch_norm and not net.has_batch_norm:
        sentence = _("{model} has no BatchNorm that could be left out: train it as it is.")
        raise LabError(sentence.format(model=net.name))
    if spec.zero_last_gamma and not can_start_as_identity(spec):
        sentence = _(
            "{model} cannot start as the identity: only a block with a shortcut whose branch ends "
            "in BatchNorm can. Set zero_last_gamma to false."
        )
        raise LabError(sentence.format(model=net.name))


def can_start_as_identity(spec: TrainingSpec) -> bool:
    """Tell whether the blocks have a last γ that may start at zero: in a plain net the signal
    would end there."""
    net = architecture(spec.model)
    has_shortcut = not net.plain if spec.shortcut is None else spec.shortcut
    return has_shortcut and spec.batch_norm and not net.preactivation


def _sentence(field: str, value: Any) -> str:
    if field not in _EXPECTED:
        nearest = get_close_matches(field, _EXPECTED, n=1) or ["epochs"]
        return _("A training spec has no “{field}”: did you mean “{nearest}”?").format(
            field=field, nearest=nearest[0]
        )
    least, most = bounds(field)
    expected = translate(_EXPECTED[field]).format(least=least, most=most)
    return _("{field} must be {expected}: got {value}.").format(
        field=field, expected=expected, value=_shown(value)
    )


def bounds(field: str) -> tuple[Any, Any]:
    """Return the least and the most that a field takes; None, None where it is no number."""
    limits = TrainingSpec.model_fields[field].metadata
    least = [
        getattr(limit, kind) for limit in limits for kind in ("ge", "gt") if hasattr(limit, kind)
    ]
    most = [limit.le for limit in limits if hasattr(limit, "le")]
    return (least[0], most[0]) if least and most else (None, None)


def _shown(value: Any) -> str:
    try:
        text = str(value)
    except ValueError:  # Python does not write numbers of more than 4,300 digits
        return _("a number too long to write")
    return text if len(text) <= 60 else text[:60] + "…"
