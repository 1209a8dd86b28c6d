"""How much all uploads together may hold: Streamlit limits one file, and keeps it in memory."""

from collections import Counter

import streamlit as st
from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import exists, get_instance

from resnet.language import LANGUAGES, speaking
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
        length = _length(Headers(scope=scope))
        if self._too_much(page, length):
            with speaking(_language(Headers(scope=scope))):
                refuse = PlainTextResponse(_refusal(), 413)
            await refuse(scope, receive, send)
            return
        self._coming[page] += length
        try:
            await self._app(scope, receive, send)
        finally:
            self._coming[page] -= length
            self._coming += Counter()  # forgets pages of which nothing is on its way

    def _too_much(self, page: str, length: int) -> bool:
        held = _held()
        own = held.get(page, 0) + self._coming[page] + length
        everybodys = sum(held.values()) + self._coming.total() + length
        return own > MOST_MIB_EACH * MIB or everybodys > MOST_MIB * MIB


def _page(scope: Scope) -> str:
    """Return the page that a request uploads a file of; "" for any other request."""
    if scope["type"] != "http" or scope["method"] != "PUT" or not exists():
        return ""
    _before, found, rest = scope["path"].partition(PLACE)
    return rest.partition("/")[0] if found else ""


def _length(headers: Headers) -> int:
    """Return the bytes that a request says it sends; the most it may where it does not say."""
    most = int(st.get_option("server.maxUploadSize")) * MIB
    said = headers.get("content-length", "")
    return int(said) if said.isdecimal() and len(said) < MOST_DIGITS else most


def _held() -> dict[str, int]:
    """Return the bytes of the files that each open page holds."""
    files = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        page: sum(len(file.data) for file in own.copy().values())
        for page, own in files.copy().items()
    }


def _language(headers: Headers) -> str:
    """Return the language a browser likes best of those the lab speaks."""
    liked = {}
    for part in headers.get("accept-language", "").split(","):
        name, _separator, weight = part.partition(";q=")
        code = name.strip().partition("-")[0].casefold()
        if code in LANGUAGES:
            liked.setdefault(code, _weight(weight))
    return max(liked, key=liked.__getitem__, default="en")


def _weight(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0


def _refusal() -> str:
    return _(
        "A page may hold {each} MB of files and all open pages together {all} MB, and this one "
        "is too much: remove some and try again."
    ).format(each=MOST_MIB_EACH, all=MOST_MIB)
