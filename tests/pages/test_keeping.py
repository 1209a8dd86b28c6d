"""A learner sees and deletes the nets they keep, and a damaged one stops no screen."""

import pytest

from pages.teach import teaching
from resnet.inference import kept_nets
from resnet.inference.checkpoint import Card, run_folder
from tests.pages.test_pages import opened, words

CARD = Card(architecture="resnet8", input_shape=(16, 16, 3), classes=range(6), data="own")


@pytest.fixture(autouse=True)
def me(monkeypatch):
    monkeypatch.setattr(teaching, "visitor", lambda: "me")


def deletions(app):
    return [button for button in app.button if button.key.startswith("teach_delete_")]


def test_a_learner_deletes_a_net_of_their_own_and_sees_no_others():
    mine, another = (kept_nets.keep(b"", CARD, owner) for owner in ("me", "another"))
    app = opened("teach_it")
    (button,) = deletions(app)
    assert button.key.endswith(mine)
    button.click().run()
    assert not app.exception
    assert not deletions(app)
    assert not run_folder(mine).exists()
    assert run_folder(another).exists()


def test_a_net_deleted_elsewhere_meanwhile_is_reported():
    mine = kept_nets.keep(b"", CARD, "me")
    app = opened("teach_it")
    kept_nets.delete(mine, "me")
    deletions(app)[0].click().run()
    assert not app.exception
    assert "The net is gone" in app.toast[0].value


def test_a_damaged_net_of_ones_own_can_be_deleted():
    mine = kept_nets.keep(b"", CARD, "me")
    (run_folder(mine) / "model.json").write_text("{")
    (button,) = deletions(opened("teach_it"))
    button.click().run()
    assert not kept_nets.kept_by("me")


@pytest.mark.parametrize("page", ["your_hand", "teach_it"])
def test_a_damaged_net_stops_no_screen(page):
    ref = kept_nets.keep(b"", CARD, "another")
    (run_folder(ref) / "model.json").write_text("{")
    app = opened(page)
    assert not app.exception
    assert "not the card" not in words(app)
