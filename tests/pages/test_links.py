"""Numbers that no widget can hold, in every parameter of every page's link."""

import pytest

from tests.pages.test_pages import ALL_PAGES, opened

# Screens that show other parameters by what a link chooses.
CHOICES = {
    "train": [{"train_recipe": recipe} for recipe in ("notebook", "sprint")],
    "your_hand": [{"hand_source": "upload"}],
}
READ_BY_PAGES = ("run", "experiment", "compare", "norms_runs")
BEYOND = ("1e400", "-inf", "nan", "9" * 5000)
PLACES = [(page, link) for page in ALL_PAGES for link in ({}, *CHOICES.get(page, ()))]
# One of the numbers on each page, by turns; all of them in `make soak`.
ONE_EACH = [(*place, (BEYOND[n % len(BEYOND)],)) for n, place in enumerate(PLACES)]
ALL_EACH = [pytest.param(*place, BEYOND, marks=pytest.mark.soak) for place in PLACES]


def parameters(app) -> set[str]:
    """The parameters that the page's widgets and its questions take from a link."""
    widgets = {getattr(getattr(e, "proto", None), "query_param_key", "") for e in app}
    return widgets - {""} | {radio.key.rpartition(".")[2] for radio in app.radio if radio.key}


@pytest.mark.timeout(900)
@pytest.mark.parametrize(
    ("page", "link", "beyond"), [*ONE_EACH, *ALL_EACH], ids=lambda v: str(v)[:40]
)
def test_a_page_is_as_without_numbers_that_cannot_be_and_mends_its_link(page, link, beyond):
    plain = opened(page, **link)
    taken = parameters(plain) - link.keys()
    for value in beyond:
        wrong = dict.fromkeys({*taken, *READ_BY_PAGES}, value)
        app = opened(page, **link, **wrong)
        assert not app.exception, value
        numbers = {number.key: number.value for number in app.number_input}
        assert numbers == {number.key: number.value for number in plain.number_input}
        assert not {n.key for n in (*app.number_input, *app.slider)} & app.query_params.keys()


def test_links_are_walked_for_numbers():
    """The walk above sees parameters at all: one of a lesson, one of a screen, a question's."""
    assert {"train_seed", "train_epochs_fast"} <= parameters(opened("train"))
    assert {"product_seed", "product_depth"} <= parameters(opened("lessons/deep_is_hard"))
