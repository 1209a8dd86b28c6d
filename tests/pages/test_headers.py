"""Every answer says what a browser may do with it; other names are refused where names are set."""

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from pages.components.headers import SecurityHeaders, allowed_hosts


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
        "lab.example": 200, "a.school.example": 200, "localhost": 200, "127.0.0.1": 200,
        "evil.example": 400, "lab.example.evil.example": 400,
    }  # fmt: skip
    for host, status in answers.items():
        assert client(host).get("/").status_code == status
