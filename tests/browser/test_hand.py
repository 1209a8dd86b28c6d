"""A photo as a phone makes it: large, portrait, turned by its EXIF tag, the hand small in it."""

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from resnet.hands.synthetic import hand_with_matte
from resnet.hands.view import Variety
from tests.browser.watching import PATIENCE, goto, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

# Left, top, right, bottom of the green frame in a picture, as shares of its width and height.
FRAME = """image => {
    const canvas = document.createElement('canvas')
    canvas.width = image.naturalWidth, canvas.height = image.naturalHeight
    const context = canvas.getContext('2d')
    context.drawImage(image, 0, 0)
    const {data, width, height} = context.getImageData(0, 0, canvas.width, canvas.height)
    const box = [1, 1, 0, 0]
    for (let i = 0; i < data.length; i += 4) {
        if (data[i] > 60 || data[i + 1] < 110 || data[i + 2] > 160) continue
        const x = (i / 4) % width / width, y = Math.floor(i / 4 / width) / height
        box[0] = Math.min(box[0], x), box[1] = Math.min(box[1], y)
        box[2] = Math.max(box[2], x), box[3] = Math.max(box[3], y)
    }
    return box
}"""
ORIENTATION = 0x0112  # EXIF tag; 6: turn by 90° clockwise to see it upright


@pytest.fixture
def phone_photo(tmp_path):
    """A JPEG of 1600×1200 stored pixels that stands upright as 1200×1600."""
    variety = Variety(framing=(0.7, 0.8), sleeve=0, dim=0)
    drawn = hand_with_matte(5, np.random.default_rng(1), 160, variety)
    upright = Image.new("RGB", (1200, 1600), (206, 204, 199))
    hand, matte = (Image.fromarray(p).resize((640, 640)) for p in (drawn[..., :3], drawn[..., 3]))
    upright.paste(hand, (520, 960), matte)
    stored = upright.transpose(Image.Transpose.ROTATE_90)
    exif = Image.Exif()
    exif[ORIENTATION] = 6
    path = tmp_path / "IMG_0001.jpg"
    stored.save(path, quality=90, exif=exif)
    return path


def test_a_phones_photo_is_turned_cropped_named_and_explained(page, server, phone_photo):
    goto(page, server, "your_hand?hand_source=upload")
    page.locator('input[type="file"]').set_input_files(phone_photo)
    expect(page.get_by_text("The net says").first).to_be_visible(timeout=PATIENCE)
    until(page, "hand_bars", "data[0].x.length === 6")
    shown = page.get_by_role("img", name="Your photo with the crop frame")
    size = shown.evaluate("image => [image.naturalWidth, image.naturalHeight]")
    assert size[0] < size[1], "the photo lies on its side"
    expect(page.locator('[data-testid="stMetricValue"]').first).to_have_text("5")
    left, top, right, bottom = shown.evaluate(FRAME)
    # The hand was pasted at 520 to 1160 across and 960 to 1600 down, of 1200×1600; the frame, which
    # may be turned, lies around it and leaves most of the photo out.
    assert 0.55 < (left + right) / 2 < 0.85
    assert 0.65 < (top + bottom) / 2 < 0.9
    assert (right - left) * (bottom - top) < 0.5
    expect(page.get_by_role("img", name="The places that speak for the answer")).to_be_visible()
    until(page, "hand_film", "data[0].y.length === 6 && data[0].x.length >= 3")
    page.get_by_role("tab", name="Make it fail").click()
    until(page, "hand_spoilt_bars", "data[0].x.length === 6")
