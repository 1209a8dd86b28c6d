"""Training on hands with landmarks: what is turned and moved keeps its joints where they show."""

import keras
import numpy as np
import pytest
from PIL import Image

from resnet.errors import LabError
from resnet.hands.crop import HandSquare, cut_out
from resnet.hands.scene import backdrops
from resnet.shipping import finder_training, known_hands, landmarks, on_hands
from resnet.shipping.known_hands import SIDE, KnownHands, hand_square, of_photos, rendered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hands():
    return rendered(12, seed=3, share=1.0, size=48)


@pytest.fixture(scope="module")
def behind():
    return backdrops(3, SIDE, seed=0)[:, :SIDE, :SIDE]


def a_hand(turn=0.0, size=(200, 160)):
    """Landmarks (21, 2) in pixels of an open hand, turned clockwise about its middle knuckle."""
    upright = np.zeros((21, 2))
    for finger in range(5):
        for joint in range(4):
            upright[1 + 4 * finger + joint] = (8 * (finger - 2), -12 * joint)
    upright[0] = (0, 40)
    cosine, sine = np.cos(turn), np.sin(turn)
    return upright @ np.array([[cosine, sine], [-sine, cosine]]) + np.array(size) / 2


@pytest.mark.parametrize("turn", [0, 0.7, -2.0, np.pi / 2])
def test_the_square_of_a_turned_hand_is_turned(turn):
    square = hand_square(a_hand(turn))
    assert np.cos(square.turn - turn) == pytest.approx(1)
    assert square.side == pytest.approx(hand_square(a_hand()).side)


def test_fingers_that_stand_are_told_by_their_tips():
    points = a_hand()
    assert known_hands.standing_fingers(points)[:4].tolist() == [1, 1, 1, 1]
    points[8] = points[5] + (0, 20)  # the index finger is bent
    assert known_hands.standing_fingers(points)[:4].tolist() == [0, 1, 1, 1]


def test_the_renderers_landmarks_lie_on_the_hand(hands):
    for picture, points in zip(hands.pictures, hands.landmarks, strict=True):
        known = points[~np.isnan(points[:, 0])]
        assert len(known) == 20
        columns, rows = np.round(known * SIDE).astype(int).T
        assert (picture[rows, columns, 3] > 60).mean() > 0.8
    np.testing.assert_array_equal(hands.fingers.sum(axis=1), hands.labels)


def test_a_photo_without_landmarks_is_known_as_a_whole():
    photo = Image.new("RGB", (80, 60), (90, 80, 70))
    known = of_photos([(photo, 4, None)], share=1.0)
    assert np.isnan(known.landmarks).all()
    assert not known.pictures[..., 3].any()


def marked(points):
    """A grey picture with a bright dot at each landmark, as a source of hands."""
    picture = np.full((SIDE, SIDE, 4), 40, np.uint8)
    picture[..., 3] = 0
    for x, y in np.round(points * SIDE - 0.5).astype(int):
        picture[y - 2 : y + 3, x - 2 : x + 3, :3] = 255
    labels, fingers = np.array([5]), np.ones((1, 5), np.float32)
    return KnownHands(picture[None], labels, points[None].astype(np.float32), fingers, 1.0)


def test_joints_go_where_the_picture_goes(behind, monkeypatch):
    monkeypatch.setattr(on_hands, "relight", lambda planes, _rng, _how: planes)
    points = np.full((21, 2), np.nan)
    points[[0, 5, 9]] = (0.5, 0.62), (0.42, 0.45), (0.55, 0.4)
    known = np.array([0, 5, 9])
    source = marked(points[known])
    source = KnownHands(source.pictures, source.labels, points[None], source.fingers, 1.0)
    images, asked = on_hands.HandBatches([source], behind, seed=1)[4]
    for image, joints in zip(images, asked["joints"][:, known], strict=True):
        columns, rows = np.round((joints + 1) / 2 * on_hands.SIZE - 0.5).astype(int).T
        inside = (columns >= 1) & (columns < 79) & (rows >= 1) & (rows < 79)
        at_joints = image[rows[inside], columns[inside]].mean(axis=-1)
        assert (at_joints > 1.5 * np.median(image)).all()


def test_a_batch_follows_from_its_number_and_the_seed(hands, behind):
    first, again = (on_hands.HandBatches([hands], behind, seed=2) for _time in range(2))
    again[0]
    np.testing.assert_array_equal(first[3][0], again[3][0])
    assert (first[3][0] != first[4][0]).any()
    np.testing.assert_array_equal(first[3][1]["sign"].sum(axis=1), 1)


def test_what_is_unknown_costs_nothing():
    wanted = np.full((2, 21, 2), np.nan, np.float32)
    wanted[0, 3] = 0.5
    got = np.zeros((2, 21, 2), np.float32)
    got[0, 3] = 0.5
    assert float(on_hands.joints_loss(wanted, got)) == 0
    got[1] = 9.0
    assert float(on_hands.joints_loss(wanted, got)) == 0
    got[0, 3, 0] = 0.0  # off by 0.5: Huber's 0.5 − 0.05, of two numbers that are known, twice
    assert float(on_hands.joints_loss(wanted, got)) == pytest.approx(0.45, rel=1e-2)


def test_a_net_is_made_and_needs_no_heads(hands, behind):
    reports = []
    net = on_hands.train_on_hands([hands], behind, steps=2, report=reports.append)
    assert reports[-1].startswith("step 2: loss")
    assert net.name == "hand"
    assert net.output_shape == (None, 6)
    assert net.compute_dtype == "float32"
    assert keras.config.dtype_policy().name == "float32"


def test_the_finder_is_asked_where_hands_were_put(hands, behind, monkeypatch):
    monkeypatch.setattr(finder_training, "relight", lambda planes, _rng, _how: planes)
    points = a_hand(0.4)
    photo = Image.new("RGB", (200, 160), (30, 30, 30))
    square = hand_square(points)
    photo.paste(
        (250, 250, 250),
        tuple(int(v) for v in (square.x - 6, square.y - 6, square.x + 6, square.y + 6)),
    )
    known = finder_training.known_photo(photo, points / photo.size, 1.0)
    monkeypatch.setattr(finder_training, "OF_PHOTOS", 1.0)
    images, answers = finder_training.FinderBatches([known], hands, behind * 0, seed=0)[0]
    for image, answer in zip(images, answers, strict=True):
        if not answer[..., 6].any():
            continue
        row, column = np.argwhere(answer[..., 6])[0]
        across, down = answer[row, column, 4:6]
        x, y = (int(8 * (place + 0.5 + 2 * way)) for place, way in ((column, across), (row, down)))
        assert image[y, x].mean() > 0.8 * image.max()


def test_a_finder_is_made(hands, behind):
    points = a_hand(0.3)
    photo = finder_training.known_photo(Image.new("RGB", (90, 70)), points / (200, 160), 1.0)
    reports = []
    net = finder_training.train_finder([photo], hands, behind, 2, report=reports.append)
    assert reports[-1].startswith("step 2: loss")
    assert net.output_shape == (None, 16, 16, 6)


def test_rooms_do_not_hold_the_hand():
    photo = Image.new("RGB", (200, 160), (10, 200, 10))
    points = a_hand() / 2  # in the upper left
    low, high = points.min(axis=0).astype(int), points.max(axis=0).astype(int)
    photo.paste((255, 0, 0), (*low, *high))
    rng = np.random.default_rng(0)
    parts = known_hands.rooms([(photo, 1, points / photo.size)] * 5, rng)
    assert len(parts) > 0
    assert parts[..., 0].max() < 60


def test_sources_without_photos_are_one_sentence(tmp_path):
    (tmp_path / "empty" / "0").mkdir(parents=True)
    with pytest.raises(LabError, match="must hold folders of photos"):
        landmarks.sources_in(tmp_path)


def test_landmarks_are_read_beside_their_photos(tmp_path):
    folder = tmp_path / "room" / "3"
    folder.mkdir(parents=True)
    Image.new("RGB", (40, 30)).save(folder / "a.png")
    Image.new("RGB", (40, 30)).save(folder / "b.png")
    (tmp_path / "l.json").write_text('{"room/3/a.png": [[0.5, 0.25]], "room/3/b.png": null}')
    (first, label, points), (_second, _label, none) = landmarks.known_photos(
        tmp_path / "room", tmp_path / "l.json"
    )
    assert (first.size, label, none) == ((40, 30), 3, None)
    np.testing.assert_allclose(points, [[0.5, 0.25]])


def test_a_cut_out_hand_is_upright():
    points = a_hand(1.0)
    square = hand_square(points)
    photo = Image.new("RGB", (200, 160))
    x, y = points[12]  # the middle finger's tip
    photo.paste((255, 255, 255), tuple(int(v) for v in (x - 3, y - 3, x + 3, y + 3)))
    bright = np.argwhere(cut_out(photo, HandSquare(*_of(square)), 60)[..., 0] > 120)
    row, column = bright.mean(axis=0)
    assert abs(column - 29.5) < 3  # straight above the middle
    assert row < 25


def _of(square):
    return square.x, square.y, square.side, square.turn
