"""Every answer says what a browser may do with it; other names are refused where names are set."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from pages.server import headers as module
from pages.server.headers import OwnPort, SecurityHeaders, allowed_hosts


def client(host="testserver"):
    middleware = [*allowed_hosts(), Middleware(SecurityHeaders)]
    routes = [Route("/", lambda _request: PlainTextResponse("here"))]
    return TestClient(Starlette(routes=routes, middleware=middleware), base_url=f"http://{host}")


@pytest.mark.parametrize("path", ["/", "/missing"])
def test_every_answer_has_the_headers(path):
    headers = client().get(path).headers
    assert "frame-ancestors 'self'" in headers["content-security-policy"]
    assert headers["permissions-policy"].startswith("camera=(self)")
    assert headers["referrer-policy"] == "same-origin"
    assert headers["x-content-type-options"] == "nosniff"


def test_without_names_every_name_is_answered():
    assert client("anything.example").get("/").status_code == 200


def test_only_the_named_hosts_are_answered(monkeypatch):
    monkeypatch.setenv("RESNET_LAB_HOSTS", "lab.example, *.school.example")
    answers = {
        "lab.example": 200,
        "a.school.example": 200,
        "localhost": 200,
        "127.0.0.1": 200,
        "evil.example": 400,
        "lab.example.evil.example": 400,
    }
    for host, status in answers.items():
        assert client(host).get("/").status_code == status


def accepted(origin: str, host: str, **more: str) -> bool:
    """Whether a websocket of a page from `origin` to `host` is let in by OwnPort."""

    async def stream(socket):
        await socket.accept()
        await socket.close()

    app = Starlette(routes=[WebSocketRoute("/", stream)], middleware=[Middleware(OwnPort)])
    sent = {"host": host} | ({"origin": origin} if origin else {})
    sent |= {name.replace("_", "-"): value for name, value in more.items()}
    try:
        with TestClient(app).websocket_connect("/", headers=sent):
            return True
    except WebSocketDisconnect:
        return False


def test_a_page_from_another_port_of_this_host_is_refused():
    for origin, host in (
        ("http://localhost:8888", "localhost:8501"),
        ("http://localhost", "localhost:8501"),
        ("http://LOCALHOST:8888", "localhost:8501"),
        ("http://[::1]:8888", "[::1]:8501"),
        ("https://lab.example:8443", "lab.example"),
        ("http://lab.example:8501", "lab.example"),
    ):
        assert not accepted(origin, host), origin
    assert not accepted("http://lab.example", "lab.example", x_forwarded_proto="https")
    assert not accepted("http://localhost:8888", "localhost:8501", x_forwarded_host="lab.example")


def test_the_labs_own_pages_are_let_in_behind_any_proxy():
    for origin, host in (
        ("http://localhost:8501", "localhost:8501"),
        ("http://10.0.0.1:8501", "10.0.0.1:8501"),
        ("https://lab.example", "lab.example"),
        ("https://lab.example", "lab.example:443"),
        ("http://lab.example", "lab.example:80"),
        ("https://lab.example:8443", "lab.example:8443"),
        ("http://[::1]:8501", "[::1]:8501"),
    ):
        assert accepted(origin, host), origin
    assert accepted("https://lab.example", "lab.example", x_forwarded_proto="https, http")
    proxy = {"x_forwarded_host": "localhost:8080", "x_forwarded_proto": "http"}
    assert accepted("http://localhost:8080", "localhost:8501", **proxy)


def test_what_names_no_port_of_this_host_is_left_to_streamlit():
    for origin in ("", "null", "https://evil.example", "http://[bad", "http://localhost:99999"):
        assert accepted(origin, "localhost:8501"), origin


def test_an_operator_may_let_other_pages_in(monkeypatch):
    options = {"server.enableCORS": True, "server.corsAllowedOrigins": ["http://localhost:3000"]}
    monkeypatch.setattr(module.st, "get_option", options.__getitem__)
    assert accepted("http://localhost:3000", "localhost:8501")
    assert not accepted("http://localhost:3001", "localhost:8501")
    options["server.enableCORS"] = False
    assert accepted("http://localhost:3001", "localhost:8501")
