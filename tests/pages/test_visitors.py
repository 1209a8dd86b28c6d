"""Each browser is somebody, one may be the teacher, and neither token travels in a link."""

import asyncio
import hashlib
from types import SimpleNamespace

import pytest
from starlette.websockets import WebSocket
from streamlit.web.server.starlette.starlette_websocket import StarletteClientContext

from pages.server import visitors
from pages.server.visitors import OWNER, TEACHER, TEACHER_TOKEN, VisitorCookies
from pages.server.wrong_tokens import WrongTokens
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import opened

# Cookies know no ports: any app of the same host may have set these.
OTHER_APPS = [
    b'prefs={"theme":"dark","n":1}',
    b"x=a b c",
    "name=Zo\u00eb \u624b".encode(),
    b"name=Zo\xeb",
    b"a[0]=1",
    b"alone",
    b"",
    b"=nameless",
    b"a=1,b=2",
    b"a/b=1",
    b"(x)=1",
    b'q="unclosed',
    b'q="a\\"b"',
    b"tab=a\tb",
    b"e=a=b=c",
    b"$Version=1",
    b"@=1",
    b"a:b=c",
    b"path=/; expires=x",
    b"_xsrf=2|7d|1",
    b"j={}",
]


def response_to(
    path="/train",
    query="",
    cookie="",
    content="text/html",
    proxy="",
    doors=None,
    address="10.0.0.1",
    kind="http",
):
    """What the middleware answers: status, and all values of the headers by name.

    cookie: a Cookie header as text or bytes, or a list of several. doors: the same middleware for
    several requests. Of a websocket the answer is the message's type.
    """
    sent = []

    async def app(scope, receive, send):
        if scope["type"] == "websocket":
            await send({"type": "websocket.accept"})
            return
        await send(
            {
                "type": "http.response.start",
                "status": 200,
                "headers": [(b"content-type", content.encode())],
            }
        )
        await send({"type": "http.response.body", "body": b""})

    async def send(message):
        sent.append(message)

    cookies = cookie if isinstance(cookie, list) else [cookie] if cookie else []
    headers = [(b"cookie", c if isinstance(c, bytes) else c.encode()) for c in cookies]
    headers += [(b"x-forwarded-proto", proxy.encode())] if proxy else []
    scope = {
        "type": kind,
        "method": "GET",
        "path": path,
        "query_string": query.encode(),
        "headers": headers,
        "client": (address, 50000),
    }
    doors = VisitorCookies(app) if doors is None else doors
    doors._app = app
    asyncio.run(doors(scope, None, send))
    found = {}
    if kind == "websocket":
        return sent[0]["type"]
    for name, value in sent[0]["headers"]:
        found.setdefault(name.decode(), []).append(value.decode())
    return sent[0]["status"], found


def test_a_new_browser_gets_a_token_that_scripts_cannot_read():
    tokens = set()
    for _browser in range(20):
        _status, headers = response_to()
        (cookie,) = headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        tokens.add(cookie.split(";")[0].removeprefix(f"{OWNER}="))
    assert len(tokens) == 20
    assert min(map(len, tokens)) >= 32


def test_behind_tls_the_token_never_travels_without_it():
    for query in ("", f"teacher={TEACHER_TOKEN}"):
        assert response_to(query=query, proxy="https")[1]["set-cookie"][0].endswith("; Secure")
        assert "Secure" not in response_to(query=query, proxy="http")[1]["set-cookie"][0]


def test_a_known_browser_and_a_file_get_none():
    assert "set-cookie" not in response_to(cookie=f"{OWNER}=abc")[1]
    assert "set-cookie" not in response_to(content="text/javascript")[1]


@pytest.mark.parametrize("others", OTHER_APPS, ids=ascii)
def test_cookies_of_other_apps_take_no_owner_away(others):
    mine = f"{OWNER}=abc".encode()
    for headers in (
        [others + b"; " + mine],
        [mine + b"; " + others],
        [others, mine],
        [mine, others],
    ):
        assert "set-cookie" not in response_to(cookie=headers)[1], headers
        scope = {"type": "websocket", "headers": [(b"cookie", header) for header in headers]}
        seen = StarletteClientContext(WebSocket(scope, None, None)).cookies
        assert seen[OWNER] == "abc"


def test_an_empty_token_is_nobody(monkeypatch):
    (cookie,) = response_to(cookie=f"{OWNER}=")[1]["set-cookie"]
    assert cookie.startswith(f"{OWNER}=")
    owners = set()
    for _browser in range(2):
        monkeypatch.setattr(visitors.st, "context", SimpleNamespace(cookies={OWNER: ""}))
        monkeypatch.setattr(visitors.st, "session_state", {})
        owners.add(visitors.visitor())
    assert len(owners) == 2


def test_the_teachers_link_becomes_a_cookie_and_leaves_the_address():
    status, headers = response_to("/train", f"run=1&teacher={TEACHER_TOKEN}&lang=zh")
    assert status == 303
    assert headers["location"] == ["/train?run=1&lang=zh"]
    assert headers["set-cookie"][0].startswith(f"{TEACHER}={TEACHER_TOKEN};")


@pytest.mark.parametrize(
    "token", ["", "wrong", "ä", TEACHER_TOKEN[:-1]], ids=["none", "wrong", "not ASCII", "nearly"]
)
def test_another_token_makes_nobody_a_teacher(token):
    status, headers = response_to(query=f"teacher={token}")
    assert status == 200
    assert not any(cookie.startswith(TEACHER) for cookie in headers["set-cookie"])


@pytest.mark.parametrize(
    "token",
    ["two words", "a;b", "a&b=c", "100%41", "手 é", 'say "x"', "a+b", "\udcff", "a\r\nb"],
    ids=ascii,
)
def test_a_teachers_token_may_hold_any_characters(token, monkeypatch):
    monkeypatch.setattr(visitors, "TEACHER_TOKEN", token)
    query = visitors.teachers_link().partition("?")[2]
    status, headers = response_to("/train", f"run=1&{query}")
    assert (status, headers["location"]) == (303, ["/train?run=1"])
    (cookie,) = headers["set-cookie"]
    assert cookie.isascii()
    assert cookie.isprintable()
    scope = {"type": "websocket", "headers": [(b"cookie", cookie.partition(";")[0].encode())]}
    seen = StarletteClientContext(WebSocket(scope, None, None)).cookies
    monkeypatch.setattr(visitors.st, "context", SimpleNamespace(cookies=seen))
    assert visitors.is_teacher()
    monkeypatch.setattr(visitors, "TEACHER_TOKEN", token + "x")
    assert not visitors.is_teacher()


def test_ten_wrong_tokens_are_reported_and_then_none_is_looked_at(caplog):
    doors = VisitorCookies(None)
    for number in (0, 0, 0, *range(10)):  # the same again is no new guess
        assert response_to(query=f"teacher=guess-{number}", doors=doors)[0] == 200
    logged = [record.getMessage() for record in caplog.records]
    assert len(logged) == 11
    assert all("10.0.0.1" in line for line in logged)
    assert "guess" not in caplog.text
    right = f"{TEACHER}={TEACHER_TOKEN}"
    for query in ("teacher=guess-10", f"teacher={TEACHER_TOKEN}"):
        status, headers = response_to(query=query, doors=doors)
        assert (status, headers["retry-after"]) == (429, ["60"])
        assert "set-cookie" not in headers
    assert response_to(kind="websocket", cookie=right, doors=doors) == "websocket.close"
    # All others, and this one without a token, notice nothing.
    assert response_to(doors=doors)[0] == 200
    assert response_to(kind="websocket", doors=doors) == "websocket.accept"
    assert response_to(query=f"teacher={TEACHER_TOKEN}", doors=doors, address="10.0.0.2")[0] == 303
    assert len(caplog.records) == 11


def test_guesses_in_cookies_count_as_those_in_links():
    doors = VisitorCookies(None)
    for number in range(10):
        cookie = f"{TEACHER}=guess-{number}"
        assert response_to(kind="websocket", cookie=cookie, doors=doors) == "websocket.accept"
    assert response_to(query=f"teacher={TEACHER_TOKEN}", doors=doors)[0] == 429


def test_who_guesses_does_not_lock_out_the_teacher_at_the_same_address():
    doors = VisitorCookies(None)
    teachers = f"{OWNER}=the-teachers-browser; {TEACHER}={TEACHER_TOKEN}"
    assert response_to(kind="websocket", cookie=teachers, doors=doors) == "websocket.accept"
    for number in range(20):
        response_to(query=f"teacher=guess-{number}", doors=doors)
    assert response_to(kind="websocket", cookie=teachers, doors=doors) == "websocket.accept"
    anothers = f"{OWNER}=a-learners-browser; {TEACHER}={TEACHER_TOKEN}"
    assert response_to(kind="websocket", cookie=anothers, doors=doors) == "websocket.close"


def test_wrong_tokens_are_forgotten_after_a_minute():
    now = [0.0]
    wrong = WrongTokens(clock=lambda: now[0])
    for number in range(10):
        wrong.add("10.0.0.1", f"guess-{number}")
        now[0] += 1
    assert wrong.too_many("10.0.0.1")
    now[0] = 60.5
    assert not wrong.too_many("10.0.0.1")
    now[0] = 70
    wrong.too_many("10.0.0.1")
    assert wrong._came == {}  # nothing is kept of anyone


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
