"""Nets that learners keep: each their own, only so many, and nothing of them stands in the way."""

import errno

import pytest

from resnet.errors import LabError
from resnet.inference import kept_nets, prediction
from resnet.inference.checkpoint import Card, run_folder
from resnet.inference.prediction import available_nets
from resnet.store.run_store import RunStore

CARD = Card(architecture="resnet8", input_shape=(16, 16, 3), classes=range(6), data="own")


def kept(owner: str) -> str:
    return kept_nets.keep(b"weights", CARD, owner)


def refs() -> list[str]:
    return [net.ref for net in available_nets(RunStore()) if not net.shipped]


def test_a_learner_keeps_and_deletes_their_own(monkeypatch):
    monkeypatch.setattr(prediction.Net, "shipped", property(lambda net: "taught" not in net.ref))
    mine, another = kept("me"), kept("another")
    assert kept_nets.kept_by("me") == [mine]
    assert set(refs()) == {mine, another}
    assert "me" not in mine.removeprefix(prediction.TAUGHT)
    with pytest.raises(LabError, match="another learner keeps it"):
        kept_nets.delete(another, "me")
    kept_nets.delete(mine, "me")
    assert refs() == [another]
    assert not run_folder(mine).exists()


def test_nobody_keeps_more_than_their_share(monkeypatch):
    monkeypatch.setattr(kept_nets, "MOST_EACH", 2)
    first = kept("me")
    kept("me")
    with pytest.raises(LabError, match="You keep 2 nets"):
        kept("me")
    kept("another")
    kept_nets.delete(first, "me")
    kept("me")


def test_all_together_keep_no_more_than_finds_room(monkeypatch):
    monkeypatch.setattr(kept_nets, "MOST", 2)
    kept("one")
    kept("two")
    with pytest.raises(LabError, match="keeps 2 nets"):
        kept("three")


def test_a_full_disk_is_one_sentence_and_leaves_nothing(monkeypatch):
    def full(weights, card, folder):
        folder.mkdir(parents=True)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(kept_nets, "write_net", full)
    with pytest.raises(LabError, match="No space left"):
        kept("me")
    assert not list(run_folder("x").parent.iterdir())


@pytest.mark.parametrize("ref", ["", "robust", "../robust", "taught_0", "taught_*"])
def test_nothing_but_a_kept_net_can_be_deleted(ref):
    kept("me")
    with pytest.raises(LabError, match="choose one of your own"):
        kept_nets.delete(ref, "me")


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"[" * 5000])
def test_one_damaged_card_hides_no_other_net(content, caplog):
    whole, damaged = kept("me"), kept("another")
    (run_folder(damaged) / "model.json").write_bytes(content)
    for _look in range(3):
        nets = [net.ref for net in available_nets(RunStore())]
        assert whole in nets
        assert damaged not in nets
    assert [damaged in record.getMessage() for record in caplog.records] == [True]


def test_a_net_deleted_in_the_moment_it_is_listed_hides_no_other(monkeypatch):
    whole, going = kept("me"), kept("another")
    read = prediction.read_card

    def slow(path):
        kept_nets.delete(going, "another") if going in str(path) else None
        return read(path)

    monkeypatch.setattr(prediction, "read_card", slow)
    nets = [net.ref for net in available_nets(RunStore())]
    assert whole in nets
    assert going not in nets
