"""`make screenshots`: a short film of the real app for README.md, assets/images/lab.gif."""

import io
from collections.abc import Iterator

from PIL import Image
from playwright.sync_api import Browser, Page

from resnet.settings import ASSETS
from tests.browser.conftest import Server
from tests.browser.watching import goto

VIEW, SHOWN = (1280, 800), (800, 500)
FRAME_MS, STILL_FRAMES = 250, 4  # of the film; a change is looked at for a second
TRAINING_FRAMES, APART_MS = 36, 400


def film(browser: Browser, server: Server) -> None:
    """Write the film: a block whose stride changes, a live training, a hand and its answer."""
    page = browser.new_context(
        viewport=dict(zip(("width", "height"), VIEW, strict=True)), color_scheme="light"
    ).new_page()
    frames = [*_block(page, server), *_training(page, server), *_hand(page, server)]
    page.context.close()
    seen = Image.new("RGB", (SHOWN[0], 3 * SHOWN[1]))  # whose colours all frames share
    for place, frame in enumerate((frames[0], frames[len(frames) // 2], frames[-1])):
        seen.paste(frame, (0, place * SHOWN[1]))
    colours = seen.quantize(256, dither=Image.Dither.NONE)
    first, *rest = (frame.quantize(palette=colours, dither=Image.Dither.NONE) for frame in frames)
    first.save(
        ASSETS / "images" / "lab.gif", save_all=True, append_images=rest, duration=FRAME_MS, loop=0
    )


def _block(page: Page, server: Server) -> Iterator[Image.Image]:
    for link in ("", "block_stride=2", "block_stride=2&block_shortcut=projection"):
        goto(page, server, f"residual_block?{link}")
        page.wait_for_timeout(2500)
        yield from [_frame(page)] * STILL_FRAMES


def _training(page: Page, server: Server) -> Iterator[Image.Image]:
    goto(page, server, "train?train_recipe=sprint&train_data=synthetic")
    yield from [_frame(page)] * STILL_FRAMES
    page.get_by_role("button", name="Train", exact=True).click()
    for _frame_number in range(TRAINING_FRAMES):
        page.wait_for_timeout(APART_MS)
        yield _frame(page)


def _hand(page: Page, server: Server) -> Iterator[Image.Image]:
    for sign in (3, 5):
        goto(page, server, f"your_hand?hand_sample={sign}")
        page.wait_for_timeout(6000)
        yield from [_frame(page)] * STILL_FRAMES * 2


def _frame(page: Page) -> Image.Image:
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    return picture.resize(SHOWN, Image.Resampling.LANCZOS)
