"""How much all uploads together may hold: Streamlit limits one file, and keeps it in memory."""

from collections import Counter
from collections.abc import Mapping

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pages.components.language import liked
from pages.server import streamlit_patches
from resnet.language import speaking
from resnet.language import translate as _

MIB = 2**20
MOST_MIB_EACH, MOST_MIB = 200, 1024  # of one page, and of all pages that are open
MOST_DIGITS = 16  # of a length
PLACE = "/_stcore/upload_file/"  # and then PAGE/FILE


class UploadRoom:
    """ASGI middleware: refuses uploads where a page, or all pages together, would hold too much.

    What is still on its way counts as much as what has come: many sent at once are as many bytes.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._coming: Counter[str] = Counter()  # bytes by page

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        page = _page(scope)
        if not page:
            await self._app(scope, receive, send)
            return
        length, held = _length(Headers(scope=scope)), streamlit_patches.uploaded_bytes()
        if held is None or self._too_much(held, page, length):
            with speaking(liked(Headers(scope=scope))):
                refusal = _uncounted() if held is None else _refusal()
            refuse = PlainTextResponse(refusal, 503 if held is None else 413)
            await refuse(scope, receive, send)
            return
        self._coming[page] += length
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[page] -= length
            self._coming += Counter()  # forgets pages of which nothing is on its way

    def _too_much(self, held: Mapping[str, int], page: str, length: int) -> bool:
        own = held.get(page, 0) + self._coming[page] + length
        everybodys = sum(held.values()) + self._coming.total() + length
        return own > MOST_MIB_EACH * MIB or everybodys > MOST_MIB * MIB


def _page(scope: Scope) -> str:
    """Return the page that a request uploads a file of; "" for any other request."""
    if scope["type"] != "http" or scope["method"] != "PUT":
        return ""
    _before, found, rest = scope["path"].partition(PLACE)
    return rest.partition("/")[0] if found else ""


def _length(headers: Headers) -> int:
    """Return the bytes that a request says it sends; the most it may where it does not say."""
    most = int(st.get_option("server.maxUploadSize")) * MIB
    declared = headers.get("content-length", "")
    return int(declared) if declared.isdecimal() and len(declared) < MOST_DIGITS else most


def _uncounted() -> str:
    return _(
        "No file is taken here, since this lab cannot count what is uploaded with the Streamlit "
        "that is installed: tell your teacher to run `make setup` again."
    )


def _refusal() -> str:
    return _(
        "A page may hold {each} MB of files and all open pages together {all} MB, and this one "
        "is too much: remove some and try again."
    ).format(each=MOST_MIB_EACH, all=MOST_MIB)
