"""Files that are made when somebody asks for them, and one sentence where they cannot be.

Streamlit makes such a file outside the page, in no language, and says “Failed to generate file”
under the button whatever happened; a patch puts the lab's own sentence in that place.
"""

import logging
from collections.abc import Callable
from typing import Any

from pages.components.trouble import no_store
from pages.server.streamlit_patches import report_failed_download
from resnet import logs
from resnet.errors import LabError
from resnet.language import current_language, speaking
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable

logger = logging.getLogger(__name__)


class NotMade(Exception):  # noqa: N818 - what became of the file, shown to the reader
    """A file that could not be made; its text says why in the reader's language."""


def made_later(make: Callable[[], Any]) -> Callable[[], Any]:
    """Return `make` for a download button: it speaks as this page does, and fails in a sentence."""
    language, session = current_language(), logs.SESSION.get()

    def made() -> Any:
        logs.SESSION.set(session)
        with speaking(language):
            try:
                return make()
            except Exception as error:  # nobody else would tell it to who waits for the file
                logger.warning("A file could not be made.", exc_info=error)
                reason = _reason(error)
                report_failed_download(reason)
                raise NotMade(reason) from error

    return made


def _reason(error: Exception) -> str:
    if isinstance(error, LabError):
        return str(error)
    if isinstance(error, StoreUnavailable):
        return no_store(error)
    return _("The file could not be made ({reason}): try again, or choose another one.").format(
        reason=type(error).__name__
    )
