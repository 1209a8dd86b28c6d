"""`python -m resnet` and `resnet-lab`."""

import os
import signal

INTERRUPTED = 130  # as a shell says it of Ctrl-C


def main() -> None:
    """Run the command line; Ctrl-C ends it without a word, also while its modules load."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # as in a shell's background
        signal.signal(signal.SIGINT, lambda _number, _frame: os._exit(INTERRUPTED))
    from resnet.cli import main as run

    run()


if __name__ == "__main__":
    main()
