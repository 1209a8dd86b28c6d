"""Lesson: the gradient as a product, and degradation, which is something else."""

from statistics import mean, median
from typing import TYPE_CHECKING, cast

import streamlit as st

from pages.components import comparison, frame, shipped_depths
from pages.components.charts import chart
from pages.components.initial_weights import choose_initial_weights
from pages.components.lesson import lesson
from pages.components.numbers_behind import numbers_behind
from pages.components.recordings import Trials, first_to_last, mean_final_error, recording
from pages.components.short_tasks import follow_task
from resnet.analysis.signal import passage
from resnet.course.literature import CIFAR_10_ERRORS
from resnet.data.signs import data_here
from resnet.drawing.figures.curves import comparison_curves
from resnet.drawing.figures.gradient_curves import GradientSeries, gradient_curves
from resnet.drawing.figures.plots import Line, Meaning, line_plot
from resnet.drawing.numbers import in_powers
from resnet.jobs import tasks
from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.analysis.identity_layers import Growth

GROWN = "experiments/weights/plain20.json"  # the card of the net that identity layers are put into
GROWN_HEIGHT = 160  # pixels
SKETCHED = 56  # layers of the deepest plain net whose error was plotted


def sketch() -> None:
    """The learner's own curve of error over depth, then the published one and what theory says."""
    plain, residual = (
        {e.depth: e.error for e in CIFAR_10_ERRORS if e.plain is kind and e.depth <= SKETCHED}
        for kind in (True, False)
    )
    first, *deeper = plain
    picture, controls = frame.picture_and_controls()
    with controls:
        drawn = [plain[first]]
        for depth in deeper:
            percent = st.slider(
                _("plain, {n} layers").format(n=depth),
                0.0,
                20.0,
                100 * plain[first],
                0.5,
                format="%.1f %%",
                key=f"sketch_{depth}",
                bind="query-params",
                help=_("How many of the test images you expect it to get wrong."),
            )
            drawn.append(percent / 100)
        measured = st.toggle(
            _("Show what was measured"),
            key="sketch_measured",
            bind="query-params",
            help=_(
                "He et al. 2015: table 6, and for plain nets figure 6, read off to ±0.5 points."
            ),
        )
    depths = list(plain)
    lines = [Line(_("your sketch"), depths, drawn, "muted", marks=True)]
    if measured:
        lines += [
            Line(_("theory: at most"), depths, [plain[first]] * len(depths), "ink", dashed=True),
            Line(_("plain, measured"), depths, list(plain.values()), "plain", marks=True),
            Line(_("residual, measured"), depths, list(residual.values()), "residual", marks=True),
        ]
    with picture:
        figure = line_plot(lines, frame.theme(), _("layers"), _("error"), percent=True)
        figure.update_yaxes(range=[0, 0.21])
        chart(
            figure.update_xaxes(tickvals=depths),
            key="sketch_figure",
            alt=_("Error of plain nets by depth: your sketch, theory, and what was measured"),
        )


def product() -> None:
    """Gradient norms of a net of random matrices, at the depth and scale the learner chooses."""
    picture, controls = frame.picture_and_controls()
    with controls:
        depth, scale, activation, shortcut, seed = _product_controls()
    names = tuple(str(layer) for layer in range(depth + 1))
    series = []
    for plain in (True, False) if shortcut else (True,):
        found = passage(depth, scale, activation, 0.0 if plain else 1.0, seed=seed)
        net = _("plain") if plain else _("residual")
        series.append(GradientSeries(net, plain, names, tuple(found.gradient_norms)))
    with picture:
        chart(
            gradient_curves(series, frame.theme()),
            key="product_figure",
            alt=_("Gradient norm of every layer, from the input to the output"),
        )
        arrives = series[0].norms[0]
        st.markdown(
            _("The plain net's input gets **{share}** times the gradient of its output.").format(
                share=in_powers(arrives)
            )
        )


def _product_controls() -> tuple[int, float, str, bool, int]:
    depth = st.slider(
        _("Layers"),
        2,
        100,
        50,
        key="product_depth",
        bind="query-params",
        help=_("How many matrices are multiplied."),
    )
    scale = st.slider(
        _("Weight scale"),
        0.5,
        2.5,
        1.0,
        0.05,
        key="product_scale",
        bind="query-params",
        help=_("Standard deviation of the weights times √n, n inputs a layer."),
    )
    activation = st.segmented_control(
        _("Activation"),
        ["relu", "tanh", "linear"],
        default="relu",
        required=True,
        key="product_activation",
        bind="query-params",
        help=_("What follows each matrix."),
    )
    shortcut = st.toggle(
        _("With shortcuts too"),
        key="product_shortcut",
        bind="query-params",
        help=_("The same matrices, each with a way past it."),
    )
    seed = st.number_input(
        _("Seed"),
        0,
        9999,
        0,
        key="product_seed",
        bind="query-params",
        help=_("Another seed draws other weights."),
    )
    return depth, scale, activation, shortcut, seed


def early_layers() -> None:
    """The gradient of three hidden layers, and the error, while a dense plain net trains."""
    made = recording("early_layers")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        activation = st.segmented_control(
            _("Activation"),
            ["sigmoid", "relu"],
            default="sigmoid",
            required=True,
            key="early_activation",
            bind="query-params",
            help=_("What follows each matrix."),
        )
        layers = st.select_slider(
            _("Hidden layers"),
            list(dict.fromkeys(run["layers"] for run in made["runs"])),
            4,
            key="early_depth",
            bind="query-params",
            help=_("Of 64 units each."),
        )
    trials = [r for r in made["runs"] if (r["model"], r["layers"]) == (activation, layers)]
    _gradients_and(_("training error"), trials, "error", key="early")
    shares = first_to_last(trials)
    st.markdown(
        _(
            "The first hidden layer's gradient is at least **{least:.2g} times** the last one's, "
            "and {end:.2g} times at the end. Learning rate {rate}."
        ).format(least=min(shares), end=shares[-1], rate=trials[0]["learning_rate"])
    )
    numbers_behind("early_layers", key="early_behind")


def dying() -> None:
    """Gradients and dead ReLUs while deep plain nets without BatchNorm train."""
    made = recording("two_by_two")
    with st.container(horizontal=True, vertical_alignment="bottom"):
        rate = st.select_slider(
            _("Learning rate"),
            made["learning_rates"],
            made["learning_rates"][-1],
            key="dying_rate",
            bind="query-params",
        )
        initializer = choose_initial_weights("dying_init")
    trials = [
        run
        for run in made["runs"]
        if "dead" in run and (run["learning_rate"], run["initializer"]) == (rate, initializer)
    ]
    if not any(trial["norms"] for trial in trials):
        steps = max(trial["steps"] for trial in trials)
        st.info(_("All diverge: within {steps} steps a number is too large.").format(steps=steps))
        numbers_behind("two_by_two", key="dying_behind")
        return
    _gradients_and(_("share of dead ReLUs"), trials, "dead", key="dying")
    dead = [trial["dead"][-1] for trial in trials]
    st.markdown(
        _(
            "At the end **{least:.0%} to {most:.0%}** of the ReLUs are dead, and the training "
            "error is {error:.0%}."
        ).format(least=min(dead), most=max(dead), error=mean_final_error(trials))
    )
    numbers_behind("two_by_two", key="dying_behind")


def _gradients_and(other: str, trials: Trials, field: str, key: str) -> None:
    """Draw three layers' gradients, the median of the trials, and beside them their `field`."""
    every = trials[0]["steps"] // len(trials[0]["error"])
    points = min(len(trial["norms"]) for trial in trials)
    steps = [every * point for point in range(1, points + 1)]
    names = {_("first layer"): "plain", _("middle layer"): "muted", _("last layer"): "ink"}
    lines = [
        Line(
            name,
            steps,
            [median(t["norms"][at][place] for t in trials) for at in range(points)],
            cast(Meaning, meaning),
        )
        for place, (name, meaning) in enumerate(names.items())
    ]
    gradients, beside = st.columns([3, 2])
    with gradients:
        chart(
            line_plot(lines, frame.theme(), _("training step"), _("gradient norm"), log=True),
            key=f"{key}_figure",
            alt=_("Gradient norm of the first, middle and last layer over training"),
        )
    seeds = [trial[field][: points + (field == "dead")] for trial in trials]
    means = [mean(values) for values in zip(*seeds, strict=True)]
    line = Line(other, [0, *steps][-len(means) :], means, "plain", seeds=seeds)
    with beside:
        chart(
            line_plot([line], frame.theme(), _("training step"), other, percent=True),
            key=f"{key}_{field}",
            alt=other,
        )


def degradation() -> None:
    """Training error of plain and residual nets of two depths, ours and the published ones."""
    ours, published = st.columns([3, 2])
    with ours:
        st.subheader(_("Here: training error"), anchor=False)
        _errors(shipped_depths.STOPS[0], "degradation")
    with published:
        comparison.show_published("degradation_published")
    numbers_behind("depths", key="degradation_behind")
    st.page_link(
        "plain_vs_residual.py", label=_("Train your own"), icon=":material/compare_arrows:"
    )


def longer() -> None:
    """The same trainings to their end, with the gradient norms of the deep pair."""
    _errors(shipped_depths.STOPS[-1], "longer")
    comparison.show_norms(shipped_depths.STOPS[-1])
    numbers_behind("depths", key="longer_behind")


def _errors(stop: int, key: str) -> None:
    """Draw the training errors of the shipped nets of two depths, over the first epochs."""
    depths = (shipped_depths.SHALLOW, shipped_depths.DEEP)
    curves = [c for c in shipped_depths.shipped_curves("train", stop) if c.depth in depths]
    chart(
        comparison_curves(curves, "error", frame.theme()),
        key=f"{key}_figure",
        alt=_("Training error over the epochs, plain and residual nets of 20 and 56 layers"),
    )
    st.caption(comparison.caption(True, [], stop))


def solution() -> None:
    """A trained plain net with identity layers put in, beside one trained from random weights."""
    picture, controls = frame.picture_and_controls()
    with controls:
        depth = st.select_slider(
            _("Layers"),
            list(range(shipped_depths.SHALLOW, shipped_depths.DEEP + 1, 6)),
            shipped_depths.DEEP,
            key="solution_depth",
            bind="query-params",
            help=_("Each step puts two identity layers at the end of each of the three stages."),
        )
    request = (tasks.grown_net, GROWN, depth, data_here())
    with picture:
        follow_task(*request, draw=_grown)


def _grown(found: "Growth | None") -> None:
    """Show the errors before and after, as soon as the worker has them."""
    if found is None:
        st.skeleton(height=GROWN_HEIGHT)
        return
    deep = f"plain{shipped_depths.DEEP}"
    errors = [1 - run["train_accuracy"] for run in shipped_depths.alike() if run["model"] == deep]
    before, after = found.errors["train"]
    shown = {
        _("plain-{depth}, trained").format(depth=shipped_depths.SHALLOW): f"{before:.1%}",
        _("grown to plain-{depth}").format(depth=found.depth): f"{after:.1%}",
        _("plain-{depth} from random weights").format(
            depth=shipped_depths.DEEP
        ): f"{mean(errors):.1%}",
    }
    with st.container(horizontal=True):
        for title, error in shown.items():
            st.metric(title, error, border=True)
    st.markdown(
        _(
            "Training error in prediction mode; the curves above are measured while training. Of "
            "the recorded plain-{depth} it is the mean of {n} runs, from {least} to {most}. "
            "Growing has changed the probabilities by {difference} at most, and the test error is "
            "{before} before and {after} after."
        ).format(
            depth=shipped_depths.DEEP,
            n=len(errors),
            least=f"{min(errors):.1%}",
            most=f"{max(errors):.1%}",
            difference=in_powers(found.difference),
            before=f"{found.errors['test'][0]:.1%}",
            after=f"{found.errors['test'][1]:.1%}",
        )
    )


lesson(
    "deep_is_hard",
    {
        "sketch": sketch,
        "product": product,
        "early_layers": early_layers,
        "dying": dying,
        "degradation": degradation,
        "longer": longer,
        "solution": solution,
    },
)
