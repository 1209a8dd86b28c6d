"""Who sits at the browser: each has an unguessable token in a cookie, and one may be the teacher.

The tokens travel in cookies that scripts cannot read, never in links; the store keeps a hash.
"""

import hashlib
import hmac
import os
import secrets
from functools import cache
from urllib.parse import parse_qs, quote, unquote, urlencode

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, RedirectResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from pages.components.language import liked
from pages.server.headers import is_encrypted
from pages.server.wrong_tokens import SECONDS, WrongTokens
from resnet.language import speaking
from resnet.language import translate as _
from resnet.store.records import Run

OWNER, TEACHER = "resnet_lab_owner", "resnet_lab_teacher"
DAYS = 180
TRY_AGAIN_LATER = 1013  # of the codes with which a websocket is closed
# Who are teachers where the server asks for an account.
TEACHERS = {
    address.strip().casefold()
    for address in os.environ.get("RESNET_LAB_TEACHERS", "").split(",")
    if address.strip()
}
# A new one at every start of the server, as Jupyter does, unless the teacher keeps one. It may hold
# any characters, bytes that are no text, too: links and cookies carry it encoded.
TEACHER_TOKEN = os.environ.get("RESNET_LAB_TEACHER_TOKEN", "").strip() or secrets.token_urlsafe(16)
BYTES = "surrogateescape"


class VisitorCookies:
    """ASGI middleware: gives each browser its token, and turns the teacher's link into a cookie."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._wrong = WrongTokens()
        self._teachers: set[str] = set()  # the owner's token of browsers that were right before

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; `send` sees the headers first."""
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "websocket" and self._locked(scope, _cookie_token(scope)):
            # The page connects again by itself until it is let in.
            await WebSocketClose(TRY_AGAIN_LATER)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        query = parse_qs(
            scope["query_string"].decode("latin-1"), keep_blank_values=True, errors=BYTES
        )
        token = query.pop("teacher", [""])[0]
        if self._locked(scope, token):
            await _refusal(scope)(scope, receive, send)
        elif _is_teachers(token):
            # The token leaves the address at once: the teacher may share the link that remains.
            rest = f"?{urlencode(query, doseq=True, errors=BYTES)}" if query else ""
            answer = RedirectResponse("/" + scope["path"].lstrip("/") + rest, status_code=303)
            _set(answer.headers, TEACHER, TEACHER_TOKEN, is_encrypted(scope))
            await answer(scope, receive, send)
        else:
            await self._app(scope, receive, send if _is_known(scope) else _naming(scope, send))

    def _locked(self, scope: Scope, token: str) -> bool:
        """Tell whether a token is not looked at, since too many wrong ones came from there.

        A class behind one proxy has one address: a learner who guesses must not lock out the
        browser that is the teacher's already.
        """
        address = (scope.get("client") or ["an unknown address"])[0]
        browser = HTTPConnection(scope).cookies.get(OWNER, "")
        if not token or browser in self._teachers:
            return False
        if self._wrong.too_many(address):
            return True
        if not _is_teachers(token):
            self._wrong.add(address, token)
        elif browser:
            self._teachers.add(browser)
        return False


def _refusal(scope: Scope) -> PlainTextResponse:
    with speaking(liked(Headers(scope=scope))):
        refusal = _(
            "Too many wrong teacher's links came from your address: wait a minute, then open "
            "the one that the server printed at its start."
        )
    return PlainTextResponse(refusal, 429, headers={"retry-after": str(SECONDS)})


def _is_known(scope: Scope) -> bool:
    return bool(HTTPConnection(scope).cookies.get(OWNER))


def _cookie_token(scope: Scope) -> str:
    return unquote(HTTPConnection(scope).cookies.get(TEACHER, ""), errors=BYTES)


def _naming(scope: Scope, send: Send) -> Send:
    """Return a `send` that gives a browser its token together with its first page."""

    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = MutableHeaders(scope=message)
            if headers.get("content-type", "").startswith("text/html"):
                _set(headers, OWNER, secrets.token_urlsafe(24), is_encrypted(scope))
        await send(message)

    return sending


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
    if not token or not isinstance(token, str):
        token = st.session_state.setdefault(OWNER, secrets.token_urlsafe(24))
    return _hash(token)


def _hash(name: str) -> str:
    return hashlib.sha256(name.encode()).hexdigest()[:32]


def is_teacher() -> bool:
    """Tell whether a teacher sits here: by account where there is sign-in, else by the link."""
    if sign_in_offered():
        return _account() in TEACHERS
    return _is_teachers(unquote(str(st.context.cookies.get(TEACHER, "")), errors=BYTES))


def may_control(run: Run) -> bool:
    """Tell whether this browser may stop, pause or delete a run."""
    return hmac.compare_digest(run.owner.encode(), visitor().encode()) or is_teacher()


def teachers_link() -> str:
    """Return the address that makes a browser the teacher's."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    address = f"http://localhost:{st.get_option('server.port')}/{base}"
    return f"{address}?{urlencode({'teacher': TEACHER_TOKEN}, errors=BYTES)}"


def _is_teachers(token: str) -> bool:
    return hmac.compare_digest(token.encode(errors=BYTES), TEACHER_TOKEN.encode(errors=BYTES))


def _set(headers: MutableHeaders, name: str, token: str, encrypted: bool) -> None:
    value = quote(token, safe="", errors=BYTES)
    cookie = f"{name}={value}; Max-Age={DAYS * 86400}; Path=/; HttpOnly; SameSite=Lax"
    headers.append("set-cookie", cookie + ("; Secure" if encrypted else ""))
