"""One learner's path through every screen, in a real browser with real training workers."""

import re

import pillow_heif
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser.watching import PATIENCE, goto, grown, points, until
from tests.harness.chromium import map_cell

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]


def shape(page: Page, text: str):
    """Return a shape written in the wide drawing of the block."""
    return page.locator(".st-key-block_drawing .wide text").filter(has_text=text).first


def test_home_shows_the_path_and_the_machine(page, server):
    goto(page, server, "")
    expect(page.locator(".st-key-hero svg").first).to_be_visible()
    for name in ("Residual block", "Gradient norms", "Train", "Your hand"):
        expect(page.get_by_role("link", name=re.compile(name)).first).to_be_visible()
    page.get_by_role("button", name="See why").click()
    expect(page.get_by_role("heading", name="How much gradient reaches")).to_be_visible()


def test_block_shapes_follow_the_stride(page, server):
    goto(page, server, "residual_block")
    expect(shape(page, "15×15×256")).to_be_visible()
    page.get_by_role("button", name="Course: convolutional block").click()
    expect(shape(page, "8×8×512")).to_be_visible()
    expect(page).to_have_url(re.compile("block_stride=2"))
    page.get_by_role("button", name="Break it").click()
    expect(page.get_by_text("The identity block adds its input to its output")).to_be_visible()
    page.get_by_role("button", name="Use a projection").click()
    expect(page.get_by_text("The identity block adds its input")).to_have_count(0)


def test_on_a_phone_the_block_stays_in_sight_of_its_controls(page, server):
    page.set_viewport_size({"width": 390, "height": 844})
    goto(page, server, "residual_block")
    drawing = page.locator(".st-key-block_drawing .narrow")
    page.get_by_role("radio", name="projection").click()
    page.get_by_role("radio", name="2", exact=True).click()
    page.get_by_text("Activation memory").scroll_into_view_if_needed()  # under the last control
    expect(drawing.locator("text").filter(has_text="8×8×256").first).to_be_visible()
    expect(drawing).to_be_in_viewport(ratio=1)


def test_a_link_carries_the_block(page, server):
    goto(page, server, "residual_block?block_stride=2&block_shortcut=projection&block_f3=1024")
    expect(shape(page, "8×8×1024")).to_be_visible()


def has_cell(name: str) -> str:
    """Return the condition that the map shows a cell."""
    return f"data.some(t => (t.customdata || []).some(c => c && c[0] === '{name}'))"


def test_map_unfolds_a_stage_and_finds_a_layer(page, server):
    goto(page, server, "architectures")
    until(page, "map_figure", has_cell("stage3"))
    stage = map_cell(page, "stage3")
    page.mouse.click(stage["x"], stage["y"])
    until(page, "map_figure", has_cell("stage3/b"))
    expect(page).to_have_url(re.compile("map_open=stage3"))
    search = page.get_by_role("textbox", name="Find a layer")
    search.fill("res4b_branch2b")
    search.press("Enter")
    until(page, "map_figure", has_cell("res4b_branch2b"))


def test_gradient_curves_of_both_kinds_appear(page, server):
    goto(page, server, "gradient_norms?norms_depths=8")
    until(
        page,
        "norms_figure",
        "['plain8', 'resnet8'].every(n => data.some(t => (t.name || '').includes(n)))",
    )
    # Seven convolutions or more and a dense layer of each net, and a mark on each.
    assert points(page, "norms_figure") >= 2 * 8


def test_training_grows_survives_a_reload_and_stops(page, server):
    # So many epochs that no machine is through before the page has been read twice.
    goto(page, server, "train?train_data=synthetic&train_epochs_fast=200&train_size_fast=32")
    page.get_by_role("button", name="Train", exact=True).click()
    until(page, "train_curves", "data.some(t => t.x && t.x.length > 3)")
    grown(page, "train_curves", points(page, "train_curves"))
    expect(page).to_have_url(re.compile("run="))
    early = points(page, "train_curves")
    page.reload()
    grown(page, "train_curves", early)
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text("Stopped, epoch").first).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("Test accuracy").first).to_be_visible()


def test_two_tiny_runs_overlay(page, server):
    goto(
        page,
        server,
        "plain_vs_residual?compare_depths=8&compare_epochs=1&compare_show=8&compare_shipped=false",
    )
    page.get_by_role("button", name="Start 2 runs").click()
    until(
        page,
        "compare_curves",
        "['plain8', 'resnet8'].every(n => data.some(t => (t.name || '').includes(n)))",
    )
    assert points(page, "compare_curves") >= 2  # an epoch of each net


def test_a_photo_uploaded_from_a_phone_gets_a_class(page, server, tmp_path):
    pillow_heif.register_heif_opener()
    with Image.open("assets/samples/sign_2.jpg") as sample:
        sample.save(tmp_path / "IMG_0001.HEIC", "HEIF")
    goto(page, server, "your_hand?hand_source=upload")
    page.locator('input[type="file"]').set_input_files(tmp_path / "IMG_0001.HEIC")
    expect(page.get_by_text("The net says")).to_be_visible(timeout=PATIENCE)
    until(page, "hand_bars", "data[0].x.length === 6")


def test_a_wrong_upload_gets_one_sentence(page, server, tmp_path):
    fake = tmp_path / "hand.jpg"
    fake.write_text("<svg/>")
    goto(page, server, "your_hand?hand_source=upload")
    page.locator('input[type="file"]').set_input_files(fake)
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_text("Traceback")).to_have_count(0)


@pytest.mark.parametrize(
    "path",
    [
        "",
        "dataset",
        "residual_block",
        "architectures",
        "gradient_norms",
        "train",
        "plain_vs_residual",
        "your_hand",
    ],
)
def test_nothing_scrolls_sideways_on_a_phone(page, server, path):
    page.set_viewport_size({"width": 390, "height": 844})
    goto(page, server, path)
    overflow = "document.scrollingElement.scrollWidth - document.scrollingElement.clientWidth"
    assert page.evaluate(overflow) <= 0


def test_the_language_switch_keeps_the_block_and_stays(page, server):
    goto(page, server, "residual_block")
    page.get_by_role("radio", name="projection").click()
    page.get_by_role("radio", name="2", exact=True).click()
    expect(shape(page, "8×8×256").first).to_be_visible()
    page.get_by_role("radio", name="中文").click()
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text("残差块对张量做了什么\uff1f")
    expect(shape(page, "8×8×256").first).to_be_visible()
    page.reload()
    expect(heading).to_have_text("残差块对张量做了什么\uff1f")
    expect(shape(page, "8×8×256").first).to_be_visible()
