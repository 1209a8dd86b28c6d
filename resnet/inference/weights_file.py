"""Look through a file of weights before Keras reads a value of it.

A small file may declare terabytes, or name other files of the machine as its storage.
"""

from collections.abc import Iterator
from pathlib import Path

import h5py

from resnet.data.hdf5 import LARGEST_RATIO

LARGEST = 4 * 2**30  # bytes of all arrays; the largest net here, AlexNet or VGG-16, has 0.6 GB


def is_plain(path: Path) -> bool:
    """Tell whether an HDF5 file holds nothing but numbers of its own, and no more than it stores.

    Raises OSError, RuntimeError or KeyError, as h5py does, for a file that is broken.
    """
    with h5py.File(path, "r", locking="best-effort") as file:
        declared = 0
        for array in _arrays(file):
            if array is None or array.is_virtual or array.external:
                return False
            number = array.dtype.kind in "fiu" and array.shape is not None
            if not number or array.nbytes > LARGEST_RATIO * max(1, array.id.get_storage_size()):
                return False
            declared += array.nbytes
        return declared <= LARGEST


def _arrays(group: h5py.Group) -> Iterator[h5py.Dataset | None]:
    """Yield every array below a group; None for a link to another place."""
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            yield None
            continue
        member = group[name]
        if isinstance(member, h5py.Group):
            yield from _arrays(member)
        elif isinstance(member, h5py.Dataset):
            yield member
