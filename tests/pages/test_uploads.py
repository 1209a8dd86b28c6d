"""How much uploads may hold, counted while they come, and what is said where it is too much."""

import asyncio
from types import SimpleNamespace

import pytest

from pages.server import streamlit_patches, uploads
from pages.server.uploads import UploadRoom
from resnet.language import current_language


@pytest.fixture
def held(monkeypatch):
    """The files of the open pages, by page; a page may hold 10 MB, all together 25."""
    files = {}
    server = SimpleNamespace(uploaded_file_mgr=SimpleNamespace(file_storage=files))
    monkeypatch.setattr(streamlit_patches, "server", lambda: server)
    monkeypatch.setattr(uploads, "MOST_MIB_EACH", 10)
    monkeypatch.setattr(uploads, "MOST_MIB", 25)
    monkeypatch.setattr(uploads.st, "get_option", lambda _name: 8)  # of one file
    return files


class Server:
    """The middleware before an app that keeps each upload waiting until all have begun."""

    def __init__(self, held):
        self._held, self._arrived = held, asyncio.Event()
        self._room = UploadRoom(self._app)

    async def _app(self, scope, receive, send):
        await self._arrived.wait()
        page, size = scope["path"].split("/")[-2:]
        data = SimpleNamespace(data=bytes(int(size)))
        self._held.setdefault(page, {})[object()] = data
        await self._answer(send, 204)

    async def _answer(self, send, status):
        await send({"type": "http.response.start", "status": status, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def put(self, page, size, path=None, **headers):
        sent, headers_sent = [], {"content-length": str(size), **headers}
        scope = {
            "type": "http",
            "method": "PUT",
            "path": f"/lab/_stcore/upload_file/{page}/{size}" if path is None else path,
            "headers": [(n.encode(), v.encode()) for n, v in headers_sent.items() if v],
        }

        async def send(message):
            sent.append(message)

        await self._room(scope, None, send)
        return sent[0]["status"], sent[-1]["body"].decode()

    async def all_at_once(self, *puts):
        tasks = [asyncio.ensure_future(put) for put in puts]
        await asyncio.sleep(0)
        self._arrived.set()
        return [status for status, _text in await asyncio.gather(*tasks)]


def sent(held, *sizes, page="a", **headers):
    async def go():
        server = Server(held)
        return await server.all_at_once(*(server.put(page, size, **headers) for size in sizes))

    return asyncio.run(go())


MB = 2**20


def test_what_is_on_its_way_counts(held):
    assert sent(held, *[4 * MB] * 5) == [204, 204, 413, 413, 413]
    assert sent(held, MB, MB, MB) == [204, 204, 413]


def test_all_pages_together_have_a_bound(held):
    async def go():
        server = Server(held)
        return await server.all_at_once(*(server.put(page, 8 * MB) for page in "abcdef"))

    assert asyncio.run(go()) == [204, 204, 204, 413, 413, 413]
    assert sent(held, 4 * MB, page="g") == [413]
    assert sent(held, MB, page="g") == [204]


def test_an_upload_that_does_not_say_its_length_counts_as_the_largest(held):
    assert sent(held, 1, 1, **{"content-length": ""}) == [204, 413]
    assert sent(held, 1, page="b", **{"content-length": "-1"}) == [204]


def test_uploads_that_cannot_be_counted_are_refused(held, monkeypatch):
    monkeypatch.setattr(streamlit_patches, "uploaded_bytes", lambda: None)

    async def go():
        return await Server(held).put("a", MB)

    status, words = asyncio.run(go())
    assert status == 503
    assert "cannot count" in words


def test_an_upload_that_ends_early_gives_its_room_back(held):
    async def broken(scope, receive, send):
        raise ConnectionError

    async def go():
        server = Server(held)
        good, server._room._app = server._room._app, broken
        for _try in range(9):
            with pytest.raises(ConnectionError):
                await server.put("a", 8 * MB)
        server._room._app = good
        return await server.all_at_once(server.put("a", 8 * MB))

    assert asyncio.run(go()) == [204]


@pytest.mark.parametrize("path", ["*", "", "/", "x", "/_stcore/upload_file/", "/elsewhere/a/b"])
def test_other_paths_are_none_of_its_business(held, path):
    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 404, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def go():
        server = Server(held)
        server._room = UploadRoom(app)
        return await server.put("a", 99 * MB, path=path)

    assert asyncio.run(go())[0] == 404


@pytest.mark.parametrize(
    ("wanted", "word"),
    [
        ("", "remove some"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "请先删除"),
        ("fr, en;q=0.4, zh;q=0.7", "请先删除"),
        ("xx;q=z,,;", "remove some"),
        ("en-GB,zh", "remove some"),
    ],
)
def test_a_refusal_is_worded_in_the_language_of_the_browser(held, wanted, word, monkeypatch):
    refusals = {"en": "remove some", "zh": "请先删除"}
    monkeypatch.setattr(uploads, "_refusal", lambda: refusals[current_language()])
    text = asyncio.run(Server(held).put("a", 11 * MB, **{"accept-language": wanted}))[1]
    assert word in text
