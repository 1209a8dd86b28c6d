"""The one error a user can cause and mend."""

from resnet.language import again


class LabError(ValueError):
    """A mistake the user can mend.

    Its text is one sentence that says what was expected, what came and what to do; pages show it
    as it is and the command line prints it and exits with code 1. Never raise it for a defect of
    the program. It is shown in the language of whoever reads it, wherever it was raised.
    """

    def __str__(self) -> str:
        return again(self.args[0]) if self.args else ""
