"""Who sits at the browser: each has an unguessable token in a cookie, and one may be the teacher.

The tokens travel in cookies that scripts cannot read, never in links; the store keeps a hash.
"""

import hashlib
import hmac
import os
import secrets
from functools import cache
from http.cookies import CookieError, SimpleCookie
from urllib.parse import parse_qs, urlencode

import streamlit as st
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from resnet.language import translate as _
from resnet.store.records import Run

OWNER, TEACHER = "resnet_lab_owner", "resnet_lab_teacher"
DAYS = 180
# Who are teachers where the server asks for an account.
TEACHERS = {
    address.strip().casefold()
    for address in os.environ.get("RESNET_LAB_TEACHERS", "").split(",")
    if address.strip()
}
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
            _set(answer.headers, TEACHER, TEACHER_TOKEN, _is_encrypted(scope))
            await answer(scope, receive, send)
            return
        known = OWNER in _cookies(scope)

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start" and not known:
                headers = MutableHeaders(scope=message)
                if headers.get("content-type", "").startswith("text/html"):
                    _set(headers, OWNER, secrets.token_urlsafe(24), _is_encrypted(scope))
            await send(message)

        await self._app(scope, receive, sending)


@cache
def sign_in_offered() -> bool:
    """Tell whether this server's secrets configure Streamlit's own sign-in ([auth]).

    Asked once: without secrets Streamlit looks for their file, behind a lock, each time.
    """
    return st.secrets.load_if_toml_exists() and "auth" in st.secrets


def _account() -> str:
    """Return the e-mail address with which this browser is signed in, "" where it is not."""
    if not sign_in_offered() or not st.user.is_logged_in:
        return ""
    known = st.user.get("email_verified") is not False
    return str(st.user.get("email", "")).casefold() if known else ""


def offer_sign_in() -> None:
    """Offer to sign in or out where the server is set up for it."""
    if not sign_in_offered():
        return
    if st.user.is_logged_in:
        st.caption(_account())
        st.button(_("Sign out"), icon=":material/logout:", on_click=st.logout, width="stretch")
    else:
        st.button(_("Sign in"), icon=":material/login:", on_click=st.login, width="stretch")


def visitor() -> str:
    """Return who sits at this browser, as the store knows them: the account, or the token.

    A cookie is whatever a browser sends: an account's mark begins as no cookie's can.
    """
    if address := _account():
        return f"@{_hash(address)[1:]}"
    token = st.context.cookies.get(OWNER)
    # A browser without cookies, or none at all (AppTest), is somebody until its page is closed.
    if not isinstance(token, str):
        token = st.session_state.setdefault(OWNER, secrets.token_urlsafe(24))
    return _hash(token)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def is_teacher() -> bool:
    """Tell whether a teacher sits here: by account where there is sign-in, else by the link."""
    if sign_in_offered():
        return _account() in TEACHERS
    return _is_teachers(str(st.context.cookies.get(TEACHER, "")))


def may_control(run: Run) -> bool:
    """Tell whether this browser may stop, pause or delete a run."""
    return hmac.compare_digest(run.owner.encode(), visitor().encode()) or is_teacher()


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


def _is_encrypted(scope: Scope) -> bool:
    """Tell whether the browser speaks TLS, with this server or with the proxy before it."""
    forwarded = dict(scope["headers"]).get(b"x-forwarded-proto", b"")
    return scope.get("scheme") == "https" or forwarded.split(b",")[0].strip() == b"https"


def _set(headers: MutableHeaders, name: str, token: str, encrypted: bool) -> None:
    cookie = f"{name}={token}; Max-Age={DAYS * 86400}; Path=/; HttpOnly; SameSite=Lax"
    headers.append("set-cookie", cookie + ("; Secure" if encrypted else ""))
