"""Files that are made when somebody asks for them, and one sentence where they cannot be.

Streamlit makes such a file outside the page, in no language, and says “Failed to generate file”
under the button whatever happened. The lab puts its own sentence in that place.
"""

import logging
from collections.abc import Callable
from contextvars import ContextVar
from functools import wraps
from typing import Any

from streamlit.runtime import backend_operation_handler as streamlits

from pages.components.trouble import no_store
from resnet import logs
from resnet.errors import LabError
from resnet.language import current_language, speaking
from resnet.language import translate as _
from resnet.store.run_store import StoreUnavailable

logger = logging.getLogger(__name__)
_reasons: ContextVar[list[str]] = ContextVar("reasons")  # of the request that is being answered


class NotMade(Exception):  # noqa: N818 - the file's fate, which the reader is told
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
                _reasons.get([]).append(reason)
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


def keep() -> None:
    """Have Streamlit say why a file could not be made."""
    handler = getattr(streamlits, "DeferredFileHandler", None)
    # Another Streamlit may name its parts otherwise: then it is left as it is.
    if handler is not None and not hasattr(handler.handle, "__wrapped__"):
        handler.handle = _telling(handler.handle)
        logging.getLogger(streamlits.__name__).addFilter(_is_not_told)


def _telling(handle: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(handle)
    async def telling(handler: Any, request: Any, session_id: str) -> Any:
        reasons: list[str] = []
        _reasons.set(reasons)
        answer = await handle(handler, request, session_id)
        if reasons and answer.error_msg:
            answer.error_msg = reasons[0]
        return answer

    return telling


def _is_not_told(record: logging.LogRecord) -> bool:
    """Tell whether a record of Streamlit's is news: why a file was not made is logged already."""
    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(getattr(error, "__cause__", None), NotMade)
