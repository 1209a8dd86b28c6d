"""How much all uploads together may hold: Streamlit limits one file, and keeps it in memory."""

from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from streamlit.runtime import exists, get_instance

MIB = 2**20
MOST_MIB_EACH, MOST_MIB = 200, 1024  # of one page, and of all pages that are open


class UploadRoom:
    """ASGI middleware: refuses an upload where its page, or all pages together, hold too much."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve a request."""
        if scope["type"] == "http" and scope["method"] == "PUT" and exists():
            held, page = _held(), scope["path"].rsplit("/", 2)[-2]  # …/upload_file/PAGE/FILE
            if held.get(page, 0) > MOST_MIB_EACH * MIB or sum(held.values()) > MOST_MIB * MIB:
                refuse = PlainTextResponse("Too many files are held; remove some.", 413)
                await refuse(scope, receive, send)
                return
        await self._app(scope, receive, send)


def _held() -> dict[str, int]:
    """Return the bytes of the files that each open page holds."""
    files = getattr(get_instance().uploaded_file_mgr, "file_storage", {})
    return {
        page: sum(len(file.data) for file in own.copy().values())
        for page, own in files.copy().items()
    }
