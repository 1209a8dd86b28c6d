"""The states of a run and the transitions between them."""

from enum import StrEnum


class State(StrEnum):
    """State of a run; DONE, STOPPED, FAILED and DIVERGED are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    PAUSED = "PAUSED"
    STOPPED = "STOPPED"
    DONE = "DONE"
    FAILED = "FAILED"
    DIVERGED = "DIVERGED"

    @property
    def final(self) -> bool:
        """True once nothing can happen to the run any more."""
        return self in FINAL

    @property
    def sources(self) -> tuple["State", ...]:
        """States from which a run may come into this one."""
        return SOURCES[self]


FINAL = (State.STOPPED, State.DONE, State.FAILED, State.DIVERGED)
ACTIVE = (State.QUEUED, State.RUNNING, State.PAUSED)

SOURCES: dict[State, tuple[State, ...]] = {
    State.QUEUED: (State.PAUSED, State.RUNNING),  # from RUNNING when its worker is lost
    State.RUNNING: (State.QUEUED,),
    State.PAUSED: (State.RUNNING, State.QUEUED),
    State.STOPPED: ACTIVE,
    State.DONE: (State.RUNNING,),
    State.FAILED: ACTIVE,
    State.DIVERGED: (State.RUNNING,),
}
