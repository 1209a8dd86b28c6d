"""The file of a SQLite store: whether it is still the one that was opened, and room on its disk."""

import os
import shutil
from pathlib import Path

ROOM = 512 * 1024  # bytes for the last words of runs, and for SQLite's own files beside them


class DatabaseFile:
    """A database's file, and beside it one that is given up for the last words on a full disk."""

    def __init__(self, path: Path) -> None:
        self.path = path
        # Not named like SQLite's own files, which people move together with the database.
        self._room = path.with_name(f"room-for-{path.name}")
        self.note()

    def note(self) -> None:
        """Remember the file, and SQLite's beside it, as the ones that are open now."""
        self._opened = _identity(self.path)
        self._beside = {path: _identity(path) for path in self._sqlites()}

    def is_another(self) -> bool:
        """Tell whether the file was deleted, moved or replaced since it was opened.

        Whoever has it open reads and writes on in the one that nobody sees any more.
        """
        return self._opened is not None and _identity(self.path) != self._opened

    def was_moved(self) -> bool:
        """Tell whether the file alone is gone: whoever took it away may bring it back.

        Otherwise its folder was emptied, and nothing is lost by a new one.
        """
        return not self.path.exists() and self._room.exists()

    def drop_what_was_beside(self) -> None:
        """Delete SQLite's files of the database that was open, where another one stands now.

        SQLite would take what they hold for changes of that one. While we have them open, no other
        file can look like them.
        """
        for path, known in self._beside.items():
            if known is not None and _identity(path) == known:
                path.unlink(missing_ok=True)

    def keep_room(self) -> bool:
        """Keep some of the disk's room; False where there is none left."""
        if self._room.exists():
            return True
        partial = self._room.with_name(f"partial-{self._room.name}-{os.getpid()}")
        try:
            partial.write_bytes(os.urandom(ROOM))  # zeros, some file systems do not store
            partial.replace(self._room)
        except OSError:
            partial.unlink(missing_ok=True)
            return False
        return True

    def give_room_back(self) -> bool:
        """Give up the room; False where it is given up already."""
        try:
            self._room.unlink()
        except OSError:
            return False
        return True

    def disk_is_full(self) -> bool:
        """Tell whether SQLite's own files, some ten pages, would find no room."""
        try:
            return shutil.disk_usage(self.path.parent).free < ROOM
        except OSError:
            return False

    def _sqlites(self) -> list[Path]:
        return [self.path.with_name(f"{self.path.name}-{end}") for end in ("wal", "shm")]


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
