"""What the server tells every browser about its pages, and whose pages may talk to it."""

import logging
import os
from urllib.parse import SplitResult, urlsplit

import streamlit as st
from starlette.datastructures import Headers, MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from starlette.websockets import WebSocketClose

logger = logging.getLogger(__name__)
REFUSED = 1008  # of the codes with which a websocket is closed
USUAL_PORTS = {"http": 80, "https": 443}
# Who may show the lab in a frame, such as a course's own site: `'self'` and origins.
FRAMES = os.environ.get("RESNET_LAB_FRAMES") or "'self'"
HEADERS = {
    # Streamlit's own client needs inline styles and eval for its charts: the rest is closed.
    "content-security-policy": f"object-src 'none'; base-uri 'self'; frame-ancestors {FRAMES}",
    "permissions-policy": "camera=(self), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",  # an address may name a run
    "x-content-type-options": "nosniff",
}


class SecurityHeaders:
    """ASGI middleware: adds HEADERS to every answer that has none of its own of that name."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request; `send` sees the headers first."""

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, sending)


class OwnPort:
    """ASGI middleware: refuses a websocket to pages of the same host that came from another port.

    Streamlit compares names, and cookies know no ports: a page of another app on this host could
    act as whoever opens it. Other names are left to Streamlit; no cookie comes with those.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "websocket":
            headers = Headers(scope=scope)
            origin = headers.get("origin", "")
            if _is_neighbours(origin, headers, is_encrypted(scope)):
                logger.warning(
                    "A page of %s was refused, since this server is %s; if both are the lab, have "
                    "the proxy pass the Host header on as it came.",
                    origin,
                    headers["host"],
                )
                await WebSocketClose(REFUSED)(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _is_neighbours(origin: str, headers: Headers, encrypted: bool) -> bool:
    """Tell whether a page comes from a port of this host's that is not the lab's."""
    page = _place(origin)
    # A proxy that puts its own name for the server there tells what the browser said beside it.
    forwarded = headers.get("x-forwarded-host", "").split(",")[0].strip()
    scheme = "https" if encrypted else page.scheme
    places = [_place(f"{scheme}://{host}") for host in (headers.get("host", ""), forwarded) if host]
    own = [_port(place) for place in places if page.hostname and place.hostname == page.hostname]
    if not own or _port(page) in own or not st.get_option("server.enableCORS"):
        return False
    return origin not in st.get_option("server.corsAllowedOrigins")


def _place(address: str) -> SplitResult:
    try:
        place = urlsplit(address)
        _port(place)
    except ValueError:
        return urlsplit("")
    return place


def _port(place: SplitResult) -> int | None:
    return place.port or USUAL_PORTS.get(place.scheme)


def is_encrypted(scope: Scope) -> bool:
    """Tell whether the browser speaks TLS, with this server or with the proxy before it."""
    forwarded = Headers(scope=scope).get("x-forwarded-proto", "")
    return scope.get("scheme") in ("https", "wss") or forwarded.split(",")[0].strip() == "https"


def allowed_hosts() -> list[Middleware]:
    """Return what refuses requests for other names than RESNET_LAB_HOSTS; nothing if it is unset.

    A page elsewhere could have its own name resolved to this server, and speak to it.
    """
    names = os.environ.get("RESNET_LAB_HOSTS", "").split(",")
    hosts = [name.strip() for name in names if name.strip()]
    if not hosts:
        return []
    # This machine's own tools, such as a health check, always may.
    return [Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts, "localhost", "127.0.0.1"])]
