"""A trained net as one file for elsewhere: Keras's own format, or LiteRT for phones."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, get_args

from resnet.errors import LabError
from resnet.inference.checkpoint import content_of
from resnet.inference.prediction import load_net
from resnet.language import translate as _

Format = Literal["keras", "tflite"]
FORMATS: tuple[Format, ...] = get_args(Format)


def exported(ref: str, form: str) -> bytes:
    """Return the file of a trained net (Net.ref) in one of FORMATS.

    Either gives the probabilities of the six signs for float images from 0 to 1, before the
    calibration by the card's temperature. ONNX is left out: it needs two packages more.
    """
    if form not in FORMATS:
        sentence = _("A net can be exported as {formats}: got {form}.")
        raise LabError(sentence.format(formats=", ".join(FORMATS), form=form))
    model = load_net(ref)
    with TemporaryDirectory() as folder:
        path = Path(folder) / f"net.{form}"
        if form == "keras":
            model.save(path)
        else:
            model.export(path, format="litert", verbose=False)
        return content_of(path)
