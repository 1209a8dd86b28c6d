"""`models`, `summary`, `graph`: look into nets without training them."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from resnet.cli.parameters import NEW_FILE
from resnet.cli.reporting import load_keras, print_json, print_table, shape_text, thousands
from resnet.language import translate
from resnet.language import translate as _
from resnet.models.registry import Architecture, architecture, architectures, build, plain_twin

if TYPE_CHECKING:
    import keras

    from resnet.analysis.cost import LayerCost, ModelCost


class InputShape(click.ParamType):
    """Height, width and channels written as 64,64,3."""

    name = "H,W,C"

    def convert(self, value: Any, param: Any, ctx: Any) -> tuple[int, int, int]:
        """Return (height, width, channels)."""
        if isinstance(value, tuple):
            return value  # a default, already converted
        parts = value.replace("x", ",").replace("×", ",").split(",")
        if len(parts) != 3 or not all(part.strip().isdecimal() for part in parts):
            self.fail(
                _(
                    "height, width and channels as three whole numbers, as 64,64,3: got {value}."
                ).format(value=value),
                param,
                ctx,
            )
        height, width, channels = map(int, parts)
        return height, width, channels


input_option = click.option(
    "--input", "input_shape", type=InputShape(), help="Size of an image.  [default: the net's own]"
)
classes_option = click.option(
    "--classes", type=int, help="Number of classes.  [default: the net's own]"
)


@click.command()
@click.option("--json", "as_one_json", is_flag=True, help="Print a JSON list.")
def models(as_one_json: bool) -> None:
    """List the registered nets.

    CIFAR-style nets also exist at every other depth 6n + 2, as resnet8 or plain62.

    \b
    Example:
      python -m resnet models
    """
    if as_one_json:
        print_json([_facts(net) for net in architectures()])
        return
    columns = {
        _("Name"): "left",
        _("Net"): "left",
        _("Input"): "right",
        _("Classes"): "right",
        _("Depth"): "right",
        _("Plain twin"): "left",
        _("Paper"): "left",
    }
    print_table(columns, map(_model_row, architectures()))


def _model_row(net: Architecture) -> tuple[object, ...]:
    return (
        net.name,
        translate(net.title),
        shape_text(net.input_shape),
        net.classes,
        net.depth,
        plain_twin(net.name),
        f"{net.paper.authors} {net.paper.year}, {net.paper.section}",
    )


def _facts(net: Architecture) -> dict[str, Any]:
    return {
        "name": net.name,
        "title": net.title,
        "family": net.family,
        "description": net.description,
        "input": net.input_shape,
        "minimum_size": net.minimum_size,
        "classes": net.classes,
        "depth": net.depth,
        "plain": net.plain,
        "plain_twin": plain_twin(net.name),
        "paper": net.paper,
    }


@click.command()
@click.argument("model")
@input_option
@classes_option
@click.option("--json", "as_one_json", is_flag=True, help="Print one JSON object.")
def summary(
    model: str, input_shape: tuple[int, int, int] | None, classes: int | None, as_one_json: bool
) -> None:
    """Print what each layer of MODEL costs and sees.

    That is its output shape, parameters, multiply-adds and receptive field. Multiply-adds count
    the kernels of convolutions and dense layers for one image; the papers call them FLOPs.

    \b
    Examples:
      python -m resnet summary resnet50
      python -m resnet summary resnet20 --input 64,64,3 --classes 6 --json
    """
    net = _blueprint(model, input_shape, classes)
    from resnet.analysis.cost import model_cost

    cost = model_cost(net)
    if as_one_json:
        print_json(_cost_facts(model, net, cost))
        return
    columns = {
        _("Layer"): "left",
        _("Kind"): "left",
        _("Output"): "right",
        _("Parameters"): "right",
        _("Multiply-adds"): "right",
        _("Receptive field"): "right",
        _("Inputs"): "left",
    }
    print_table(columns, map(_layer_row, cost.layers))
    click.echo()
    click.echo(
        _(
            "{model} on {input}, {classes} classes: {parameters} parameters ({trainable} "
            "trainable), {macs} multiply-adds an image."
        ).format(
            model=model,
            input=shape_text(net.input_shape[1:]),
            classes=net.output_shape[-1],
            parameters=thousands(cost.parameters),
            trainable=thousands(cost.trainable_parameters),
            macs=thousands(cost.multiply_adds),
        )
    )


def _blueprint(
    model: str, input_shape: tuple[int, int, int] | None, classes: int | None
) -> "keras.Model":
    architecture(model)  # a wrong name is refused before Keras loads
    load_keras()
    from resnet.backend import without_values

    return without_values(build, model, input_shape, classes)


def _layer_row(layer: "LayerCost") -> tuple[object, ...]:
    return (
        layer.name,
        layer.kind,
        shape_text(layer.output_shape),
        thousands(layer.parameters) if layer.parameters else "",
        thousands(layer.multiply_adds) if layer.multiply_adds else "",
        layer.receptive_field,
        ", ".join(layer.inputs),
    )


def _cost_facts(model: str, net: Any, cost: "ModelCost") -> dict[str, Any]:
    return {
        "model": model,
        "input": net.input_shape[1:],
        "classes": net.output_shape[-1],
        "params": cost.parameters,
        "trainable": cost.trainable_parameters,
        "macs": cost.multiply_adds,
        "activation_bytes": cost.activation_bytes,
        "layers": [
            {
                "name": layer.name,
                "kind": layer.kind,
                "output_shape": layer.output_shape,
                "params": layer.parameters,
                "trainable": layer.trainable_parameters,
                "macs": layer.multiply_adds,
                "receptive_field": layer.receptive_field,
                "stride": layer.stride,
                "inputs": layer.inputs,
            }
            for layer in cost.layers
        ],
    }


@click.command()
@click.argument("model")
@click.option(
    "--out",
    "path",
    required=True,
    type=NEW_FILE,
    metavar="FILE.{dot|svg|png}",
    help="File to write; its ending chooses the format.",
)
@input_option
@classes_option
def graph(
    model: str, path: Path, input_shape: tuple[int, int, int] | None, classes: int | None
) -> None:
    """Draw MODEL layer by layer, its shortcuts in green.

    DOT needs nothing more; SVG and PNG need Graphviz.

    \b
    Examples:
      python -m resnet graph resnet20 --out resnet20.dot
      python -m resnet graph resnet50 --out resnet50.svg
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in ("dot", "svg", "png"):
        raise click.BadParameter(
            _("FILE must end in .dot, .svg or .png: got {name}.").format(name=path.name),
            param_hint="--out",
        )
    net = _blueprint(model, input_shape, classes)
    from resnet.drawing.map.dot import dot_source, render
    from resnet.drawing.map.graph import model_graph

    drawing = model_graph(net)
    if kind == "dot":
        path.write_text(dot_source(drawing), encoding="utf-8")
    else:
        path.write_bytes(render(drawing, kind))  # type: ignore[arg-type]
    click.echo(_("Wrote {path}.").format(path=path))
