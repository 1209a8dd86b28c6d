"""Nets that learners taught and kept: each has an owner, and only so many find room.

The owner stands in the folder's name, as a hash of what the store knows them by: listing a
learner's nets opens no file, and a net that is asked for by its ref reveals no owner.
"""

import hashlib
import secrets

from resnet.errors import LabError
from resnet.inference.checkpoint import CARD, NET, Card, remove_files, run_folder, write_net
from resnet.inference.prediction import TAUGHT
from resnet.language import translate as _
from resnet.settings import runs_place

MOST_EACH, MOST = 5, 200  # nets of a learner, and of all


def keep(weights: bytes, card: Card, owner: str) -> str:
    """Keep a taught net for its owner and return its ref; LabError where there is no room."""
    own = len(kept_by(owner))
    if own >= MOST_EACH:
        raise LabError(
            _("You keep {own} nets, as many as a learner may: delete one of them first.").format(
                own=own
            )
        )
    if len(_kept("*")) >= MOST:
        raise LabError(
            _(
                "The class keeps {most} nets, as many as the lab does: delete one of yours, or ask "
                "the teacher to make room."
            ).format(most=MOST)
        )
    ref = f"{TAUGHT}{secrets.token_hex(4)}_{_mark(owner)}"
    try:
        write_net(weights, card, run_folder(ref))
    except OSError as error:
        remove_files(run_folder(ref))
        raise LabError(
            _(
                "The net could not be kept ({reason}): ask the teacher to make room on the server."
            ).format(reason=error.strerror)
        ) from error
    return ref


def kept_by(owner: str) -> list[str]:
    """Return the refs of the nets that a learner keeps."""
    return _kept(f"*_{_mark(owner)}")


def delete(ref: str, owner: str) -> None:
    """Delete a net of its owner's; LabError for anybody else."""
    if ref not in kept_by(owner):
        raise LabError(
            _("The net is gone, or another learner keeps it: choose one of your own to delete.")
        )
    remove_files(run_folder(ref))


def _kept(which: str) -> list[str]:
    return sorted(path.parent.name for path in runs_place().glob(f"{TAUGHT}{which}/{NET}{CARD}"))


def _mark(owner: str) -> str:
    return hashlib.sha256(owner.encode()).hexdigest()[:24]
