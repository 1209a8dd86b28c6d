"""Which images a command uses when none are named."""

from typing import TYPE_CHECKING

from resnet.language import translate as _

if TYPE_CHECKING:
    from resnet.data.signs import Dataset


def default_data() -> str:
    """Return "signs" where SIGNS is found and "synthetic" elsewhere."""
    from resnet.data.signs import data_here

    return data_here()


def load_dataset(name: str | None) -> "Dataset":
    """Return the named data set, or the default one; LabError if it cannot be read."""
    from resnet.data.signs import load

    return load(name or default_data())


def describe(dataset: "Dataset") -> str:
    """Say in one sentence which images these are."""
    sentence = (
        _("Data: synthetic hands from {source}, not photos.")
        if dataset.synthetic
        else _("Data: photos from {source}.")
    )
    return sentence.format(source=dataset.source)
