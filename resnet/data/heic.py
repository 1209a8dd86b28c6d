"""Read HEIC photos, as phones write them, in a process of its own: libheif is written in C.

Run as `python -m resnet.data.heic BYTES SECONDS`: a photo comes on standard input, and goes out as
a PPM, upright and small.
"""

import io
import sys

from PIL import Image

from resnet.data.quarantine import confine, run_apart, tell
from resnet.errors import LabError
from resnet.language import translate as _

BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
START = 64  # bytes of a file that hold its kind


def is_heic(start: bytes) -> bool:
    """Tell whether a file that starts so is HEIC; AVIF has the same box of other brands."""
    length = int.from_bytes(start[:4], "big")
    brands = start[8:length]
    return start[4:8] == b"ftyp" and brands[:4] in BRANDS and b"avif" not in brands


def read_heic(content: bytes) -> Image.Image:
    """Return a HEIC photo as `read_photo` does; LabError says what is wrong with it."""
    ppm = run_apart(
        "resnet.data.heic",
        content=content,
        too_long=_("Reading the photo takes too long: export it as JPEG and try again."),
        ended=_("The photo is damaged or cut off: take or save it again."),
    )
    with Image.open(io.BytesIO(ppm), formats=("PPM",)) as image:
        return image.copy()


def main(memory: int, seconds: int) -> int:
    """Turn the photo on standard input into a PPM within limits; 1 if something is wrong."""
    confine(memory, seconds)
    from pi_heif import register_heif_opener

    from resnet.data.photo import decoded

    register_heif_opener()
    try:
        image = decoded(io.BytesIO(sys.stdin.buffer.read()), ("HEIF",))
    except LabError as error:
        return tell([error.args[0]])
    image.save(sys.stdout.buffer, "PPM")
    return 0


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
