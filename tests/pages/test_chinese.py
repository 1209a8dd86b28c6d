"""Every screen in Chinese: asked for by the link, kept from page to page, English where unknown."""

import re

import pytest

from resnet.analysis.training_cost import TrainingCost
from resnet.errors import LabError
from resnet.store.records import Rules
from resnet.store.run_store import RunStore
from resnet.store.states import State
from resnet.training.estimate import check_cost
from resnet.training.spec import TrainingSpec
from tests.pages.test_pages import PAGES, opened, words

CHINESE = re.compile("[\u4e00-\u9fff]")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_speaks_chinese(page):
    app = opened(page, lang="zh")
    assert not app.exception
    assert app.title[0].value.endswith("\uff1f")  # the question mark of full width
    assert len(CHINESE.findall(words(app))) > 20


@pytest.mark.parametrize(("lang", "block"), [("zh", "恒等块"), ("en", "identity block")])
def test_a_shape_clash_is_shown_to_each_in_their_language(lang, block):
    """The block is built once for all readers; what one was told must not reach another."""
    app = opened("residual_block", lang=lang)
    app.select_slider(key="block_f3").set_value(128).run()
    assert block in app.error[0].value
    assert "F3 = 128" in app.error[0].value


def test_an_unknown_language_is_english():
    assert opened("train", lang="xx").title[0].value.isascii()


def test_the_switch_changes_the_words_and_nothing_else():
    app = opened("residual_block")
    app.select_slider(key="block_f1").set_value(512).run()
    app.segmented_control(key="lang").set_value("zh").run()
    assert CHINESE.search(app.title[0].value)
    assert app.session_state["block_f1"] == 512
    app.segmented_control(key="lang").set_value("en").run()
    assert app.title[0].value.isascii()


def test_a_workers_refusal_is_read_in_chinese():
    """The worker speaks English and knows no reader; numbers stand in its sentence."""
    runs = RunStore()
    run_id = runs.create(TrainingSpec(data="synthetic").model_dump())
    runs.set_state(run_id, State.RUNNING)
    with pytest.raises(LabError) as refusal:
        check_cost(TrainingCost(memory=9 * 2**30, seconds=1.0), Rules(most_gib=2))
    runs.finish(run_id, State.FAILED, str(refusal.value))
    assert "needs about 9 GiB" in opened("train", run=run_id).error[0].value
    message = opened("train", run=run_id, lang="zh").error[0].value
    assert CHINESE.search(message)
    assert "9 GiB" in message
