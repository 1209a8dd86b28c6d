"""Each browser is somebody, one may be the teacher, and neither token travels in a link."""

import asyncio
import hashlib
from types import SimpleNamespace

import pytest

from pages.components import visitors
from pages.components.visitors import OWNER, TEACHER, TEACHER_TOKEN, VisitorCookies
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import opened


def asked(path="/train", query="", cookie="", content="text/html", proxy=""):
    """What the middleware answers: status, and all values of the headers by name."""
    sent = []

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200,
                    "headers": [(b"content-type", content.encode())]})  # fmt: skip
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    headers = [(b"cookie", cookie.encode())] if cookie else []
    headers += [(b"x-forwarded-proto", proxy.encode())] if proxy else []
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


def test_behind_tls_the_token_never_travels_without_it():
    for query in ("", f"teacher={TEACHER_TOKEN}"):
        assert asked(query=query, proxy="https")[1]["set-cookie"][0].endswith("; Secure")
        assert "Secure" not in asked(query=query, proxy="http")[1]["set-cookie"][0]


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


@pytest.fixture
def signed_in(monkeypatch):
    """A server with accounts; the identity provider, which a test cannot have, is played."""

    def sign_in(**claims):
        class User(dict):
            is_logged_in = bool(claims)

        monkeypatch.setattr(visitors, "sign_in_offered", lambda: True)
        monkeypatch.setattr(visitors.st, "user", User(claims))
        monkeypatch.setattr(visitors, "TEACHERS", {"ada@school.example"})

    return sign_in


def test_an_account_owns_its_runs_on_every_browser(signed_in):
    owners = []
    for claims in ({"email": "bob@school.example"}, {"email": "Bob@School.example"}):
        signed_in(**claims)
        owners.append(visitors.visitor())
        assert not visitors.is_teacher()
    assert owners[0] == owners[1]
    assert "bob" not in owners[0]


def test_a_cookie_that_names_an_account_is_not_that_account(signed_in, monkeypatch):
    signed_in(email="alice@school.example")
    alice = visitors.visitor()
    signed_in()
    for forged in ("alice@school.example", alice, alice.removeprefix("@")):
        monkeypatch.setattr(visitors.st, "context", SimpleNamespace(cookies={OWNER: forged}))
        assert visitors.visitor() != alice


def test_a_cookie_owns_what_it_always_owned(monkeypatch):
    monkeypatch.setattr(visitors.st, "context", SimpleNamespace(cookies={OWNER: "abc"}))
    assert visitors.visitor() == hashlib.sha256(b"abc").hexdigest()[:32]


def test_a_teacher_is_one_by_a_verified_address_and_not_by_the_link(signed_in, monkeypatch):
    signed_in(email="Ada@school.example")
    assert visitors.is_teacher()
    signed_in(email="ada@school.example", email_verified=False)
    assert not visitors.is_teacher()
    signed_in()
    monkeypatch.setattr(visitors, "_is_teachers", lambda token: True)
    assert not visitors.is_teacher()


def test_the_sidebar_offers_to_sign_in_and_out(signed_in):
    assert "Sign in" not in [button.label for button in opened("home").button]
    signed_in()
    assert "Sign in" in [button.label for button in opened("home").button]
    signed_in(email="bob@school.example")
    app = opened("home")
    assert "Sign out" in [button.label for button in app.button]
    assert not app.exception
