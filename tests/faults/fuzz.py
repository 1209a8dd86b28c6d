"""Fuzz a parser, guided by coverage: ``python -m tests.faults.fuzz NAME SECONDS``.

It ends with code 0 where every input gave a result or one sentence, else it shows the input.
"""

import contextlib
import io
import json
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["resnet", "PIL", "zipfile"]):
    import zipfile

    from PIL import Image

    from resnet.data.download import unpacked
    from resnet.data.photo import read_photo
    from resnet.errors import LabError
    from resnet.inference.checkpoint import Card
    from resnet.training.spec import parse_spec

LARGEST = 4096  # bytes of an input


def photo(content: bytes) -> None:
    """Read a photo."""
    assert read_photo(content).mode == "RGB"


def spec(content: bytes) -> None:
    """Read a training spec as it comes from a link, a file or the store."""
    values = _json(content)
    if isinstance(values, dict):
        parse_spec(values)


def card(content: bytes) -> None:
    """Read the card of a net."""
    with contextlib.suppress(ValueError):  # pydantic's own; read_card makes one sentence of it
        Card.model_validate_json(content)


def archive(content: bytes) -> None:
    """Unpack a downloaded archive of photos."""
    photos = unpacked(io.BytesIO(content), "the server")
    assert all(re.fullmatch(r"[0-5]/\d{4}\.jpg", name) for name in photos)


PARSERS: dict[str, Callable[[bytes], None]] = {
    "photo": photo,
    "spec": spec,
    "card": card,
    "archive": archive,
}


def seeds(name: str) -> list[bytes]:
    """Return inputs to begin with."""
    if name == "photo":
        return [
            _encoded(kind, mode)
            for kind, mode in (
                ("JPEG", "RGB"),
                ("JPEG", "CMYK"),
                ("PNG", "P"),
                ("PNG", "I;16"),
                ("PNG", "RGBA"),
                ("WEBP", "RGBA"),
            )
        ]
    if name == "spec":
        return [b'{"model": "fast", "epochs": 3}', b'{"recipe": "notebook", "seed": 1e9}']
    if name == "archive":
        return [_zipped(method) for method in _METHODS]
    return [b'{"architecture": "fast", "input_shape": [64, 64, 3], "classes": [0, 1]}']


def _encoded(kind: str, mode: str) -> bytes:
    content = io.BytesIO()
    Image.new(mode, (5, 4)).save(content, kind)
    return content.getvalue()


_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA)


def _zipped(method: int) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for label in range(6):
            packed.writestr(f"Set/Dataset/{label}/a.jpg", b"photo" * 9)
    return content.getvalue()


def _json(content: bytes) -> object:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def main(name: str, seconds: str) -> None:
    """Fuzz one parser for so long."""

    def once(content: bytes) -> None:
        with contextlib.suppress(LabError):
            PARSERS[name](content)

    with tempfile.TemporaryDirectory() as folder:
        for number, content in enumerate(seeds(name)):
            (Path(folder) / str(number)).write_bytes(content)
        limits = [f"-max_total_time={seconds}", f"-max_len={LARGEST}", "-rss_limit_mb=4096"]
        atheris.Setup([sys.argv[0], folder, *limits], once)
        atheris.Fuzz()


if __name__ == "__main__":
    main(*sys.argv[1:])
