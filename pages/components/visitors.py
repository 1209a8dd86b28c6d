"""Who sits at the browser: each has an unguessable token in a cookie, and one may be the teacher.

The tokens travel in cookies that scripts cannot read, never in links; the store keeps a hash.
"""

import hashlib
import hmac
import os
import secrets
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resnet.store.records import Run

OWNER, TEACHER = "resnet_lab_owner", "resnet_lab_teacher"
DAYS = 180
# A new one at every start of the server, as Jupyter does, unless the teacher keeps one.
TEACHER_TOKEN = os.environ.get("RESNET_LAB_TEACHER_TOKEN") or secrets.token_urlsafe(16)


class VisitorCookies:
    """ASGI middleware: gives each browser its token, and turns the teacher's link into a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; `send` sees the headers first."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        query = parse_qs(scope["query_string"].decode("latin-1"))
        if _is_teachers(query.pop("teacher", [""])[0]):
            # The token leaves the address at once: the teacher may share the link that remains.
            place = (
                "/"
                + scope["path"].lstrip("/")
                + (f"?{urlencode(query, doseq=True)}" if query else "")
            )
            answer = RedirectResponse(place, status_code=303)
            _set(answer.headers, TEACHER, TEACHER_TOKEN)
            await answer(scope, receive, send)
            return
        known = OWNER in _cookies(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    _set(headers, OWNER, secrets.token_urlsafe(24))
            await send(message)

        await self._app(scope, receive, sending)


def visitor() -> str:
    """Return who sits at this browser, as the store knows them."""
    token = st.context.cookies.get(OWNER)
    # A browser without cookies, or none at all (AppTest), is somebody until its page is closed.
    if not isinstance(token, str):
        token = st.session_state.setdefault(OWNER, secrets.token_urlsafe(24))
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def is_teacher() -> bool:
    """Tell whether this browser came by the teacher's link."""
    return _is_teachers(str(st.context.cookies.get(TEACHER, "")))


def may_control(run: Run) -> bool:
    """Tell whether this browser may stop, pause or delete a run."""
    return run.owner == visitor() or is_teacher()


def teachers_link() -> str:
    """Return the address that makes a browser the teacher's."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"http://localhost:{st.get_option('server.port')}/{base}"
    return f"{address}?teacher={TEACHER_TOKEN}"


def _is_teachers(token: str) -> bool:
    return hmac.compare_digest(token.encode(), TEACHER_TOKEN.encode())


def _cookies(scope: Scope) -> SimpleCookie:
    for name, value in scope["headers"]:
        if name == b"cookie":
            try:
                return SimpleCookie(value.decode("latin-1"))
            except CookieError:
                break
    return SimpleCookie()


def _set(headers: MutableHeaders, name: str, token: str) -> None:
    cookie = f"{name}={token}; Max-Age={DAYS * 86400}; Path=/; HttpOnly; SameSite=Lax"
    headers.append("set-cookie", cookie)
