"""A trained net goes to disk and comes back the same; what is wrong is one sentence."""

import io
import json
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np
import pytest

from resnet.errors import LabError
from resnet.inference import prediction
from resnet.inference.checkpoint import Card, read_card, run_folder, save_net
from resnet.inference.prediction import available_nets, find_net, load_net, predict
from resnet.models.registry import build
from resnet.store.run_store import RunStore
from resnet.store.states import State

pytestmark = pytest.mark.slow


def card(**changes):
    values = {"architecture": "resnet8", "input_shape": (16, 16, 3), "classes": range(6)}
    return Card(**{**values, "data": "colours", **changes})


@pytest.fixture
def model():
    return build("resnet8", (16, 16, 3), 6, seed=4)


@pytest.fixture
def finished(model):
    """A DONE run with its net on disk."""
    store = RunStore()
    run_id = store.create({})
    store.set_state(run_id, State.RUNNING)
    save_net(model, card(run=run_id), run_folder(run_id))
    store.finish(run_id, State.DONE)
    return run_id


def test_a_saved_net_answers_as_before(model, finished, colours):
    net = find_net(finished)
    expected = predict(model, colours.test_images)
    weights = run_folder(finished) / "model.weights.h5"
    assert expected.shape == (12, 6)
    np.testing.assert_allclose(expected.sum(1), 1, rtol=1e-5)
    for source in (net, finished, weights, weights.with_name("model.json")):
        np.testing.assert_allclose(
            predict(load_net(source), colours.test_images), expected, atol=1e-6
        )
    assert load_net(net) is load_net(finished)
    assert {path.name for path in weights.parent.iterdir()} == {"model.weights.h5", "model.json"}


def test_many_images_are_answered_in_order(model, colours):
    images = np.concatenate([colours.train_images, colours.test_images])
    answers = predict(model, images)
    np.testing.assert_allclose(answers[64:], predict(model, colours.test_images), atol=1e-5)


def test_a_net_saved_anew_is_loaded_anew(model, finished, colours):
    before = predict(load_net(finished), colours.test_images)
    save_net(build("resnet8", (16, 16, 3), 6, seed=9), card(run=finished), run_folder(finished))
    assert not np.allclose(before, predict(load_net(finished), colours.test_images))


def test_finished_runs_and_shipped_weights_are_listed(model, finished, tmp_path, monkeypatch):
    shipped = tmp_path / "weights"
    save_net(model, card(data="signs"), shipped)
    (shipped / "model.json").rename(shipped / "fast_signs.json")
    (shipped / "model.weights.h5").rename(shipped / "fast_signs.weights.h5")
    monkeypatch.setattr(prediction, "SHIPPED", shipped)
    RunStore().create({})  # a waiting run has no net
    nets = available_nets(RunStore())
    assert [(net.ref, net.shipped) for net in nets] == [("fast_signs", True), (finished, False)]
    assert nets[0].title == "fast_signs · resnet8 · signs"
    assert nets[1].title.startswith("resnet8 · ")
    assert load_net("fast_signs").name == "resnet8"


def test_a_kill_while_saving_leaves_the_earlier_net(finished, monkeypatch):
    def killed(path: Path, target: Path) -> None:
        raise KeyboardInterrupt

    before = (run_folder(finished) / "model.weights.h5").read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", killed)
        with pytest.raises(KeyboardInterrupt):
            save_net(build("resnet8", (16, 16, 3), 6, seed=9), card(), run_folder(finished))
    assert (run_folder(finished) / "model.weights.h5").read_bytes() == before
    assert find_net(finished).card.run == finished


def test_weights_come_without_the_optimizer_s_state(model, tmp_path):
    save_net(model, card(), tmp_path / "before")
    optimizer = keras.optimizers.Adam()
    optimizer.build(model.trainable_variables)
    model.compile(optimizer, "categorical_crossentropy")
    save_net(model, card(), tmp_path / "after")
    sizes = [(tmp_path / f / "model.weights.h5").stat().st_size for f in ("before", "after")]
    assert sizes[0] == sizes[1]


@pytest.mark.parametrize("ref", ["nosuchrun", "../../etc/passwd", "", "a/b"])
def test_an_unknown_net_is_one_sentence(ref):
    with pytest.raises(LabError) as caught:
        load_net(ref)
    assert "\n" not in str(caught.value)


def test_weights_of_another_net_are_one_sentence(finished):
    path = run_folder(finished) / "model.json"
    values = json.loads(path.read_text())
    path.write_text(json.dumps({**values, "architecture": "resnet20"}))
    with pytest.raises(LabError, match="does not hold the weights of resnet20"):
        load_net(finished)


@pytest.mark.parametrize("content", [b"not weights", b"\x89HDF\r\n\x1a\n" + b"\0" * 200, b""])
def test_a_file_that_is_no_weights_is_one_sentence(finished, content):
    (run_folder(finished) / "model.weights.h5").write_bytes(content)
    with pytest.raises(LabError, match="does not hold the weights"):
        load_net(finished)


@pytest.mark.parametrize("content", ["", "{}", "[1]", '{"architecture": 3}', "\0"])
def test_a_card_that_is_none_is_one_sentence(tmp_path, content):
    (tmp_path / "x.json").write_text(content)
    with pytest.raises(LabError, match="not the card"):
        read_card(tmp_path / "x.json")


def test_weights_without_their_card_are_one_sentence(tmp_path, model):
    model.save_weights(tmp_path / "alone.weights.h5")
    with pytest.raises(LabError, match="need their card beside them"):
        load_net(tmp_path / "alone.weights.h5")


def first_array(file: h5py.File) -> str:
    found = []
    file.visititems(lambda name, item: found.append(name) if hasattr(item, "dtype") else None)
    return found[0]


def in_its_place(file: h5py.File, secret: Path, kind: str) -> None:
    """Put something else where a net's first array was."""
    name = first_array(file)
    shape, secret_name = file[name].shape, str(secret)
    del file[name]
    if kind == "terabytes":
        file.create_dataset(name, (10**12,), "f4", chunks=(1024,), compression="gzip")
    elif kind == "another file's bytes":
        file.create_dataset(name, shape, "f4", external=[(secret_name, 0, h5py.h5f.UNLIMITED)])
    elif kind == "a virtual array":
        layout = h5py.VirtualLayout(shape, "f4")
        layout[...] = h5py.VirtualSource(secret_name, "x", shape)
        file.create_virtual_dataset(name, layout)
    elif kind == "a link to another file":
        file[name] = h5py.ExternalLink(secret_name, "x")
    elif kind == "a soft link":
        file[name] = h5py.SoftLink("/nowhere")
    elif kind == "objects":
        file.create_dataset(name, data=["text"] * shape[0], dtype=h5py.string_dtype())


@pytest.mark.parametrize(
    "kind",
    [
        "terabytes",
        "another file's bytes",
        "a virtual array",
        "a link to another file",
        "a soft link",
        "objects",
    ],
)
def test_a_hostile_file_of_weights_is_one_sentence(finished, tmp_path, kind):
    secret = tmp_path / "secret"
    secret.write_bytes(b"\0" * 10**6)
    with h5py.File(run_folder(finished) / "model.weights.h5", "a") as file:
        in_its_place(file, secret, kind)
    with pytest.raises(LabError, match="does not hold the weights"):
        load_net(finished)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_numbers_are_one_sentence(finished, value):
    with h5py.File(run_folder(finished) / "model.weights.h5", "a") as file:
        file[first_array(file)][...] = value
    with pytest.raises(LabError, match="weights that are no numbers"):
        load_net(finished)


def archive(**members: bytes) -> bytes:
    """Return a zip of such members, whose names may say what a file's must not."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    return content.getvalue()


def whole_net(layer: keras.layers.Layer, place: Path) -> bytes:
    keras.Sequential([keras.Input((16, 16, 3)), layer]).save(place / "net.keras")
    return (place / "net.keras").read_bytes()


def config(**layer) -> bytes:
    """Return a .keras file whose only layer is described so."""
    net = {"module": "keras", "class_name": "Sequential", "config": {"layers": [layer]}}
    return archive(**{"config.json": json.dumps(net).encode(), "metadata.json": b"{}"})


class Custom(keras.layers.Layer):
    """A layer of nobody's library."""

    def call(self, inputs):
        """Return what comes."""
        return inputs


def hostile(kind: str, place: Path) -> bytes:
    """Return a file that does something when it is read as a net."""
    if kind == "a zip bomb":
        return archive(**{"config.json": b"{}", "model.weights.h5": bytes(500 * 2**20)})
    if kind == "members outside":
        return archive(**{"../canary": b"!", "/tmp/../canary": b"!", "model.weights.h5": b""})
    if kind == "a layer that reads a file":
        words = {"vocabulary": "/etc/passwd"}
        return config(module="keras.layers", class_name="StringLookup", config=words)
    if kind == "a function of another module":
        return config(module="os", class_name="system", config={"command": "touch canary"})
    return whole_net(Custom(), place)


@pytest.mark.parametrize(
    "kind",
    [
        "a zip bomb",
        "members outside",
        "a layer that reads a file",
        "a function of another module",
        "a class of one's own",
    ],
)
def test_a_file_that_is_a_net_is_never_unpacked(finished, tmp_path, monkeypatch, kind):
    content, opened = hostile(kind, tmp_path), []
    monkeypatch.setattr(Custom, "from_config", opened.append)
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *given, **named: opened.append(given))
    (run_folder(finished) / "model.weights.h5").write_bytes(content)
    with pytest.raises(LabError, match="does not hold the weights"):
        load_net(finished)
    assert not opened
    assert not list(tmp_path.rglob("canary"))


@pytest.mark.filterwarnings("ignore:You are saving your model as an HDF5 file")
@pytest.mark.parametrize("ending", [".keras", ".h5"])
def test_code_in_a_file_is_never_run(finished, tmp_path, monkeypatch, ending):
    canary, file = tmp_path / "canary", tmp_path / f"net{ending}"
    monkeypatch.setenv("CANARY", str(canary))
    sing = keras.layers.Lambda(
        lambda x: (__import__("pathlib").Path(__import__("os").environ["CANARY"]).touch(), x)[1]
    )
    net = keras.Sequential([keras.Input((16, 16, 3)), sing])
    net.save(file)
    canary.unlink()
    keras.models.load_model(file, compile=False, safe_mode=False)(np.zeros((1, 16, 16, 3)))
    assert canary.exists()  # it does sing where it is let
    canary.unlink()
    (run_folder(finished) / "model.weights.h5").write_bytes(file.read_bytes())
    with pytest.raises(LabError, match="does not hold the weights"):
        load_net(finished)
    assert not canary.exists()
