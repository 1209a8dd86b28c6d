"""A learner takes two lessons; the teacher sees what the class guesses."""

import json
import re
import urllib.request
from statistics import mean

import pytest
from playwright.sync_api import expect

from resnet.cli.recording import EXPERIMENTS
from tests.browser.watching import PATIENCE, goto

pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]


def test_a_guess_is_answered_kept_in_the_link_and_seen_by_the_teacher(page, server, chromium):
    goto(page, server, "deep_is_hard")
    expect(page.get_by_text("Guess first").first).to_be_visible(timeout=PATIENCE)
    page.get_by_text("Less than a millionth").click()
    expect(
        page.get_by_text("Each layer keeps about half of the squared length, and")
    ).to_be_visible()
    expect(page).to_have_url(re.compile("product=3"))
    page.reload()
    expect(
        page.get_by_text("Each layer keeps about half of the squared length, and")
    ).to_be_visible(timeout=PATIENCE)
    link = page.url

    other = chromium.new_context()
    teacher = other.new_page()
    teacher.goto(server.teachers_link())
    expect(teacher).not_to_have_url(re.compile("teacher="))
    teacher.goto(link)
    expect(teacher.get_by_text("The class so far: 1 answers").first).to_be_visible(timeout=PATIENCE)
    page.get_by_text("Plain-20", exact=True).click()
    expect(teacher.get_by_text("Plain-20: 1")).to_be_visible(timeout=PATIENCE)  # by itself
    other.close()

    page.get_by_test_id("stMain").get_by_role("link", name="2. Two by two").click()
    expect(page.get_by_role("heading", name="Which of the two helps")).to_be_visible(
        timeout=PATIENCE
    )


def _without(*blocks: int) -> str:
    """Return what the recorded residual nets know without these blocks, as the page writes it."""
    runs = json.loads((EXPERIMENTS / "twins.json").read_text(encoding="utf-8"))["runs"]
    choice = sum(1 << block for block in blocks)
    left = [run["without"][choice] for run in runs if run["model"].startswith("resnet")]
    return f"{mean(left):.1%}"


def test_a_block_is_deleted_and_the_four_steps_are_trained(page, server):
    goto(page, server, "what_shortcuts_do?lesion=1")  # answered: the figure is not blurred
    lab = page.get_by_test_id("stMetric").first
    expect(lab).to_contain_text(_without(3), timeout=PATIENCE)
    page.get_by_role("button", name="6", exact=True).click()
    expect(lab).to_contain_text(_without(3, 5), timeout=PATIENCE)
    goto(page, server, "four_steps")
    expect(page.get_by_text("Right on test images")).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_text("seconds on a worker of this server")).to_be_visible()


def test_an_operator_can_ask_the_same_server(server):
    with urllib.request.urlopen(f"{server.url}/healthz", timeout=60) as answer:
        assert json.load(answer)["store"] == "ready"
    with urllib.request.urlopen(f"{server.url}/metrics", timeout=60) as answer:
        assert 'resnet_lab_runs{state="QUEUED"}' in answer.read().decode()
