"""What the server tells every browser about its pages, and which names it answers to."""

import os

from starlette.datastructures import MutableHeaders
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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


def allowed_hosts() -> list[Middleware]:
    """Return what refuses requests for other names than RESNET_LAB_HOSTS; nothing if it is unset.

    A page elsewhere could else have its name resolved to this server and speak to it as its own.
    """
    names = os.environ.get("RESNET_LAB_HOSTS", "").split(",")
    hosts = [name.strip() for name in names if name.strip()]
    if not hosts:
        return []
    # This machine's own tools, such as a health check, always may.
    return [Middleware(TrustedHostMiddleware, allowed_hosts=[*hosts, "localhost", "127.0.0.1"])]
