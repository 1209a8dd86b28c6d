"""Where a class finds the server: the link it is told, and the code it scans."""

from types import SimpleNamespace

import numpy as np

from pages.server import address


def class_address(monkeypatch, url, own="192.168.1.5", **options):
    """Return the address for a browser at `url` of a server with these options."""
    chosen = {"server_port": 8701, "browser_serverAddress": "localhost"} | options
    monkeypatch.setattr(
        address,
        "st",
        SimpleNamespace(
            get_option=lambda name: chosen.get(name.replace(".", "_")),
            context=SimpleNamespace(url=url),
        ),
    )
    monkeypatch.setattr(address, "_own_address", lambda: own)
    return address.class_address()


def test_a_class_is_told_an_address_that_others_reach(monkeypatch):
    local = "http://localhost:8701/teacher"
    cases = [
        ("https://lab.school.edu/teacher", {}, "https://lab.school.edu"),
        (local, {}, "http://192.168.1.5:8701"),
        (local, {"server_address": "0.0.0.0"}, "http://192.168.1.5:8701"),
        (local, {"server_sslCertFile": "x.pem"}, "https://192.168.1.5:8701"),
        (local, {"server_baseUrlPath": "/lab/"}, "http://192.168.1.5:8701/lab"),
        (local, {"browser_serverAddress": "lab.edu"}, "http://lab.edu:8701"),
        (local, {"server_address": "10.0.0.7"}, "http://10.0.0.7:8701"),
        (local, {"server_address": "fd00::7"}, "http://[fd00::7]:8701"),
        (local, {"server_address": "127.0.0.1"}, None),
        (local, {"own": None}, None),
    ]
    for url, options, expected in cases:
        assert class_address(monkeypatch, url, **options) == expected, options


def test_the_code_is_dark_on_white_with_its_three_finder_patterns():
    code = address.qr_code("http://192.168.1.5:8701/class_experiment?experiment=0123456789ab", 1)
    finder = np.pad(np.pad(np.zeros((3, 3)), 1, constant_values=255), 1)
    inside = code[4:-4, 4:-4]
    assert (inside[:7, :7] == finder).all()
    assert (inside[-7:, :7] == finder).all()
    assert (inside[:7, -7:] == finder).all()
    assert code[:4].min() == code[:, :4].min() == 255
    assert len(inside) == 17 + 4 * round((len(inside) - 17) / 4)  # of a version that there is
