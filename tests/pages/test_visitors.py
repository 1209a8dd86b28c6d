"""Each browser is somebody, one may be the teacher, and neither token travels in a link."""

import asyncio

import pytest

from pages.components import visitors
from pages.components.visitors import OWNER, TEACHER, TEACHER_TOKEN, VisitorCookies
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import opened


def asked(path="/train", query="", cookie="", content="text/html"):
    """What the middleware answers: status, and all values of the headers by name."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200,
                    "headers": [(b"content-type", content.encode())]})  # fmt: skip
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(),
             "headers": headers}  # fmt: skip
    asyncio.run(VisitorCookies(app)(scope, None, send))
    found = {}
    for name, value in sent[0]["headers"]:
        found.setdefault(name.decode(), []).append(value.decode())
    return sent[0]["status"], found


def test_a_new_browser_gets_a_token_that_scripts_cannot_read():
    tokens = set()
    for _browser in range(20):
        _status, headers = asked()
        (cookie,) = headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        tokens.add(cookie.split(";")[0].removeprefix(f"{OWNER}="))
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 32


def test_a_known_browser_and_a_file_get_none():
    assert "set-cookie" not in asked(cookie=f"{OWNER}=abc")[1]
    assert "set-cookie" not in asked(content="text/javascript")[1]


def test_the_teachers_link_becomes_a_cookie_and_leaves_the_address():
    status, headers = asked("/train", f"run=1&teacher={TEACHER_TOKEN}&lang=zh")
    assert status == 303
    assert headers["location"] == ["/train?run=1&lang=zh"]
    assert headers["set-cookie"][0].startswith(f"{TEACHER}={TEACHER_TOKEN};")


@pytest.mark.parametrize(
    "token", ["", "wrong", "ä", TEACHER_TOKEN[:-1]], ids=["none", "wrong", "not ASCII", "nearly"]
)
def test_another_token_makes_nobody_a_teacher(token):
    status, headers = asked(query=f"teacher={token}")
    assert status == 200
    assert not any(cookie.startswith(TEACHER) for cookie in headers["set-cookie"])


def test_a_learner_controls_their_own_runs_only(monkeypatch):
    from pages.components.running import store

    app = opened()
    others = store().create(TrainingSpec(data="synthetic").model_dump(), owner="somebody else")
    app = opened("train", run=others)
    assert not [b for b in app.button if b.key in ("train_stop", "train_pause")]
    assert any("Started elsewhere" in caption.value for caption in app.caption)
    monkeypatch.setattr(visitors, "is_teacher", lambda: True)
    app.run()
    assert [b for b in app.button if b.key == "train_stop"]
    store().request_stop(others)
