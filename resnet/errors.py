"""The one error a user can cause and mend."""


class LabError(ValueError):
    """A mistake the user can mend.

    Its text is one sentence that says what was expected, what came and what to do; pages show it
    as it is and the command line prints it and exits with code 1. Never raise it for a defect of
    the program.
    """
