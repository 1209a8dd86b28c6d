"""Every net by name, with its paper. Keras is imported only when a net is built."""

import re
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, Literal

from resnet.errors import LabError
from resnet.language import mark
from resnet.language import translate as _
from resnet.models.facts import CLASSICS, Architecture, Paper
from resnet.models.sides import check_sides

if TYPE_CHECKING:
    import keras

    from resnet.models.initial_weights import InitialWeights

MAXIMUM_SIDE = 1024
MAXIMUM_CHANNELS = 512
MAXIMUM_CLASSES = 10_000
CIFAR_DEPTHS = (20, 32, 44, 56, 110)
LISTED_VARIANTS = (20, 110)  # of option B and pre-activation; architecture() knows every depth
MAXIMUM_CIFAR_DEPTH = 1202


def _he2015(section: str) -> Paper:
    title = "Deep Residual Learning for Image Recognition"
    return Paper("He, Zhang, Ren, Sun", 2015, title, section, "https://arxiv.org/abs/1512.03385")


def _he2016(section: str) -> Paper:
    title = "Identity Mappings in Deep Residual Networks"
    return Paper("He, Zhang, Ren, Sun", 2016, title, section, "https://arxiv.org/abs/1603.05027")


# Trainable parameters and multiply-adds by depth: He et al.'s formula, two of them counted.
_CIFAR_COUNTS = {
    20: (269_722, 40_551_040),
    32: (464_154, 68_862_592),
    44: (658_586, 97_174_144),
    56: (853_018, 125_485_696),
    110: (1_727_962, 252_887_680),
    1202: (19_421_274, 2_829_238_912),
}
# As torchvision's documentation lists them.
_IMAGENET_PARAMETERS = {
    18: 11_689_512,
    34: 21_797_672,
    50: 25_557_032,
    101: 44_549_160,
    152: 60_192_808,
}
_IMAGENET_MULTIPLY_ADDS = {50: 3_857_973_248}  # keras.applications.ResNet50

_PLAIN = mark("The same layers without a shortcut: what a residual net is compared with.")
_CIFAR = mark("Basic blocks with 16, 32 and 64 filters for small images; zero-padded shortcuts.")
_CIFAR_B = mark("Basic blocks with 16, 32 and 64 filters; projections where the shape changes.")
_PREACTIVATION = mark("BatchNorm and ReLU before each convolution; nothing follows the addition.")
_BASIC = mark("Basic blocks of two 3×3 convolutions, for large images.")
_BOTTLENECK = mark("Bottlenecks of 1×1, 3×3 and 1×1 convolutions, for large images.")
_COURSE = mark("The ResNet-50 of the course, with its layer names and its 2×2 average pool.")
_FAST = mark("Three basic blocks: learns the signs in about a minute on two cores.")
_FAST_PLAIN = mark("The fast net without its shortcuts.")
_HAND = mark("Five basic blocks, 80×80 pixels: the net that comes trained on many people's hands.")


@cache
def architectures() -> tuple[Architecture, ...]:
    """Return every registered net; architecture() knows more depths than are listed here."""
    return (
        _course(),
        *(_imagenet(depth) for depth in (18, 34, 50, 101, 152)),
        *(_imagenet(depth, plain=True) for depth in (18, 34)),
        *(_imagenet(depth, preactivation=True) for depth in (50, 101, 152)),
        *(_cifar(depth) for depth in CIFAR_DEPTHS),
        *(_cifar(depth, kind="plain") for depth in CIFAR_DEPTHS),
        *(_cifar(depth, option="B") for depth in LISTED_VARIANTS),
        *(_cifar(depth, kind="preact_resnet") for depth in LISTED_VARIANTS),
        _live(plain=False),
        _live(plain=True),
        _hand(),
        *CLASSICS,
    )


def _course() -> Architecture:
    return Architecture(
        "resnet50",
        mark("ResNet-50 of the course"),
        "course",
        _COURSE,
        input_shape=(64, 64, 3),
        classes=6,
        paper=_he2015("§4.1, Table 1"),
        plain=False,
        depth=50,
        minimum_size=37,  # below it the last stage is 1×1 and cannot be pooled 2×2
        reference_parameters=23_546_886,
        reference_multiply_adds=308_178_944,
    )


def _imagenet(depth: int, plain: bool = False, preactivation: bool = False) -> Architecture:
    reference = not plain and not preactivation
    stem = ("plain" if plain else "preact_resnet" if preactivation else "resnet") + str(depth)
    kind = "Plain" if plain else "Pre-activation ResNet" if preactivation else "ResNet"
    residual = _BASIC if depth < 50 else _BOTTLENECK
    return Architecture(
        # The course's net is the one learners know as resnet50.
        "resnet50_imagenet" if stem == "resnet50" else stem,
        f"{kind}-{depth}",
        "imagenet",
        _PLAIN if plain else _PREACTIVATION if preactivation else residual,
        input_shape=(224, 224, 3),
        classes=1000,
        paper=_he2016("§3–4") if preactivation else _he2015("§4.1, Table 1"),
        plain=plain,
        depth=depth,
        minimum_size=32,
        reference_parameters=_IMAGENET_PARAMETERS[depth] if reference else None,
        reference_multiply_adds=_IMAGENET_MULTIPLY_ADDS.get(depth) if reference else None,
        preactivation=preactivation,
    )


def _cifar(
    depth: int,
    kind: Literal["resnet", "plain", "preact_resnet"] = "resnet",
    option: Literal["A", "B"] = "A",
) -> Architecture:
    plain, preactivation = kind == "plain", kind == "preact_resnet"
    title = {"resnet": "ResNet", "plain": "Plain", "preact_resnet": "Pre-activation ResNet"}[kind]
    description = _PLAIN if plain else _PREACTIVATION if preactivation else _CIFAR
    counts = _CIFAR_COUNTS.get(depth) if option == "A" and not preactivation else None
    return Architecture(
        cifar_name(depth, kind, option),
        f"{title}-{depth}" + (" (B)" if option == "B" else ""),
        "cifar",
        _CIFAR_B if option == "B" else description,
        input_shape=(32, 32, 3),
        classes=10,
        paper=_he2016("§3–4") if preactivation else _he2015("§4.2"),
        plain=plain,
        depth=depth,
        minimum_size=8,
        reference_parameters=counts[0] if counts else None,
        reference_multiply_adds=counts[1] if counts else None,
        preactivation=preactivation,
        option=option,
    )


def _live(plain: bool) -> Architecture:
    return Architecture(
        "fast_plain" if plain else "fast",
        mark("Fast plain net") if plain else mark("Fast net"),
        "live",
        _FAST_PLAIN if plain else _FAST,
        input_shape=(64, 64, 3),
        classes=6,
        paper=_he2015("§3.3, §4.2"),
        plain=plain,
        depth=8,
        minimum_size=16,
    )


def _hand() -> Architecture:
    return Architecture(
        "hand",
        mark("Hand net"),
        "live",
        _HAND,
        input_shape=(80, 80, 3),
        classes=6,
        paper=_he2015("§3.3, §4.2"),
        plain=False,
        depth=12,
        minimum_size=16,
    )


def cifar_name(
    depth: int,
    kind: Literal["resnet", "plain", "preact_resnet"] = "resnet",
    option: Literal["A", "B"] = "A",
) -> str:
    """Return the name of the CIFAR-style net of a depth 6n + 2.

    50 and 152 are such depths too: `resnet50` is the course's net, `resnet50_cifar` this one.
    """
    taken = depth in (50, 152) and kind != "plain" and option == "A"
    return f"{kind}{depth}" + ("_b" if option == "B" else "") + ("_cifar" if taken else "")


def architecture(name: str) -> Architecture:
    """Return one net's facts by name, CIFAR-style nets of any depth 6n + 2 up to 1202 included.

    Raises LabError with the nearest names when there is none.
    """
    known = {found.name: found for found in architectures()}
    if name in known:
        return known[name]
    if match := re.fullmatch(r"(resnet|plain|preact_resnet)(\d{1,4})(_b)?(_cifar)?", name):
        depth = int(match[2])
        if 8 <= depth <= MAXIMUM_CIFAR_DEPTH and depth % 6 == 2:
            kind: Any = match[1]
            found = _cifar(depth, kind, "B" if match[3] and kind == "resnet" else "A")
            if found.name == name:
                return found
    nearest = get_close_matches(name, known, n=3, cutoff=0.4) or ["fast", "resnet20", "resnet50"]
    raise LabError(
        _(
            "There is no net “{name}”: did you mean {nearest}? CIFAR-style nets have a depth of "
            "6n + 2, from 8 to {maximum}."
        ).format(name=name, nearest=", ".join(nearest), maximum=MAXIMUM_CIFAR_DEPTH)
    )


def plain_twin(name: str) -> str | None:
    """Return the name of the net with the same layers and no shortcut, if there is one."""
    found = architecture(name)
    if found.plain or found.preactivation:
        return None
    if found.family == "live":
        return "fast_plain" if found.name == "fast" else None
    if found.family == "cifar":
        return cifar_name(found.depth, "plain")
    return f"plain{found.depth}" if found.family == "imagenet" and found.depth < 50 else None


def build(
    name: str,
    input_shape: tuple[int, int, int] | None = None,
    classes: int | None = None,
    *,
    shortcut: bool | None = None,
    batch_norm: bool = True,
    zero_init_last_gamma: bool | None = None,
    initializer: "InitialWeights" = None,
    seed: int = 0,
) -> "keras.Model":
    """Build a registered net: images (N, H, W, C) -> class probabilities (N, classes).

    shortcut=False makes any net plain; without BatchNorm the convolutions get biases, which take
    its shift's place. The last gamma of each block starts at zero by default only in `fast`.
    initializer: He normal by default (Glorot uniform in the course's net), seeded layer by layer.
    Raises LabError for an unknown name, a too small input or fewer than two classes.
    """
    found = architecture(name)
    shape = input_shape or found.input_shape
    classes = found.classes if classes is None else classes
    _check(found, shape, classes)
    with_shortcut = not found.plain if shortcut is None else shortcut
    if with_shortcut and found.family == "classic":
        raise LabError(_("{name} has no place for shortcuts: leave them off.").format(name=name))
    if zero_init_last_gamma is None:
        zero_init_last_gamma = found.family == "live" and with_shortcut and batch_norm
    changes: dict[str, Any] = {
        "batch_norm": batch_norm,
        "zero_init_last_gamma": zero_init_last_gamma,
        **({} if with_shortcut else {"shortcut": "none"}),
        **({} if batch_norm else {"use_bias": True}),
    }
    if found.family == "classic":
        from resnet.models.classics import classic_model

        return classic_model(name, shape, classes, initializer or "he_normal", seed)
    if found.family == "course":
        from resnet.models.resnet50 import ResNet50

        return ResNet50(shape, classes, initializer=initializer, seed=seed, **changes)
    from resnet.models.network import network_model

    network = _network(found, {**changes, "preactivation": found.preactivation})
    return network_model(
        network, name, shape, classes, initializer=initializer or "he_normal", seed=seed
    )


def _network(found: Architecture, changes: dict[str, Any]) -> Any:
    if found.family == "cifar":
        from resnet.models.cifar import cifar_network

        growing: Any = "zero_padding" if found.option == "A" else "projection"
        return cifar_network(found.depth, growing, **changes)
    if found.family == "imagenet":
        from resnet.models.imagenet import imagenet_network

        return imagenet_network(found.depth, **changes)
    if found.name == "hand":
        from resnet.models.hand import hand_network

        return hand_network(**changes)
    from resnet.models.fast import fast_network

    return fast_network(**changes)


def _check(found: Architecture, input_shape: tuple[int, ...], classes: int) -> None:
    least = found.minimum_size
    if len(input_shape) == 3:
        check_sides(found.name, input_shape[:2], least)
    if len(input_shape) != 3 or not (
        all(least <= side <= MAXIMUM_SIDE for side in input_shape[:2])
        and 1 <= input_shape[2] <= MAXIMUM_CHANNELS
    ):
        raise LabError(
            _(
                "{name} takes images of height × width × channels from {least}×{least}×1 to "
                "{most}×{most}×{channels}: got {shape}."
            ).format(
                name=found.name,
                least=least,
                most=MAXIMUM_SIDE,
                channels=MAXIMUM_CHANNELS,
                shape="×".join(map(str, input_shape)),
            )
        )
    if not 2 <= classes <= MAXIMUM_CLASSES:
        raise LabError(
            _("A classifier needs from 2 to {most} classes: got {classes}.").format(
                most=MAXIMUM_CLASSES, classes=classes
            )
        )
