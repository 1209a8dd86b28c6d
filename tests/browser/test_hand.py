"""A photo as a phone makes it: large, portrait, turned by its EXIF tag, the hand small in it."""

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from resnet.data.synthetic import hand_with_matte
from resnet.data.view import Variety
from tests.browser.watching import PATIENCE, goto, until

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

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
    expect(page.get_by_text("No hand stands out")).to_have_count(0)
    expect(page.get_by_role("img", name="The places that speak for the answer")).to_be_visible()
    until(page, "hand_film", "data[0].y.length === 6 && data[0].x.length >= 3")
    page.get_by_role("tab", name="Make it fail").click()
    until(page, "hand_spoilt_bars", "data[0].x.length === 6")
