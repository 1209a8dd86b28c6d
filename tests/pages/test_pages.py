"""Every screen in process: it runs, follows its link, and answers a wrong one in words."""

import json

import pytest
from streamlit.testing.v1 import AppTest

from pages.block.controls import DEFAULTS
from pages.components import shipped_depths
from pages.components.recordings import gradient_recording, recording
from pages.components.running import forget_cached_runs, store
from pages.screens import SCREENS, TEACH
from pages.teach import own_photos
from resnet.errors import LabError
from resnet.settings import ASSETS
from resnet.training.spec import TrainingSpec

ALL_PAGES = tuple(s.file.removesuffix(".py") for s in SCREENS.values() if s.group != TEACH)
# The lessons' have their own test_lesson_pages.py.
PAGES = tuple(page for page in ALL_PAGES if not page.startswith("lessons/"))


def opened(page: str = "home", **link: str) -> AppTest:
    """Run the app on a page, as a link with these query parameters opens it."""
    app = AppTest.from_file("../../pages/lab.py", default_timeout=120)
    for name, value in link.items():
        app.query_params[name] = value
    if page != "home":
        app.switch_page(f"{page}.py")
    return app.run()


def words(app: AppTest) -> str:
    """Everything a page says in text."""
    headings = (app.title, app.header, app.subheader)
    kinds = (*headings, app.caption, app.markdown, app.error, app.info, app.latex)
    return "\n".join(str(element.value) for elements in kinds for element in elements)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_asks_a_question_and_runs_clean(page):
    for read in (recording, gradient_recording, shipped_depths.alike):
        read.cache_clear()
    app = opened(page)
    assert not app.exception
    assert app.title[0].value.endswith("?")
    behind = [e.label for e in app.expander if e.label == "The numbers behind this picture"]
    assert bool(behind) == bool(recording.cache_info().currsize)


@pytest.mark.parametrize("page", ["your_hand", "teach_it"])
def test_a_photo_of_0_bytes_is_reported(page):
    source, upload = {
        "your_hand": ("hand_source", "hand_upload"),
        "teach_it": ("teach_source", "own_upload_0"),
    }[page]
    app = opened(page, **{source: "upload"})
    app.file_uploader(key=upload).upload("hand.jpg", b"").run()
    if page == "teach_it":
        app.button(key="own_add").click().run()
    assert not app.exception
    assert "empty (0 bytes)" in app.error[0].value


def test_a_link_says_its_language_for_its_choices_are_words():
    app = opened("residual_block")
    assert app.query_params["lang"] in ("en", ["en"])


@pytest.mark.parametrize("page", ["runs", "class_experiment"])
def test_where_nothing_has_run_yet_shipped_runs_show_what_will_be_there(page):
    app = opened(page)
    assert not app.exception
    assert "example until" in words(app)


def test_the_block_page_counts_the_block_it_draws():
    app = opened("residual_block")
    by_label = {metric.label: metric.value for metric in app.metric}
    # The course's identity block [64, 64, 256] on 256 channels, without biases.
    kernels = 256 * 64 + 9 * 64 * 64 + 64 * 256
    norms = 4 * (64 + 64 + 256)
    assert by_label["Parameters"] == f"{kernels + norms:,}"
    assert by_label["Multiply-adds"] == f"{kernels * 15 * 15:,}"


def test_a_shape_clash_is_reported_in_one_sentence_and_mended_by_a_click():
    app = opened("residual_block")
    app.select_slider(key="block_f3").set_value(128).run()
    assert "F3 must equal the input's channels: got F3 = 128 and 256" in app.error[0].value
    next(button for button in app.button if button.label == "Use a projection").click().run()
    assert not app.error
    assert app.session_state["block_shortcut"] == "projection"


def test_presets_set_every_parameter():
    app = opened("residual_block")
    app.select_slider(key="block_f1").set_value(512).run()
    next(button for button in app.button if button.label == "Course: identity block").click().run()
    assert {name: app.session_state[f"block_{name}"] for name in DEFAULTS} == DEFAULTS


def test_the_map_shows_the_courses_counts():
    app = opened("architectures")
    values = [metric.value for metric in app.metric]
    assert "23,600,006" in values
    assert "23,546,886" in values
    assert "308 M" in values


def test_a_search_without_a_hit_says_so():
    app = opened("architectures")
    app.text_input(key="map_search").set_value("no such layer").run()
    assert "No layer's name contains" in words(app)


def test_an_input_too_small_for_the_net_is_reported_in_words():
    app = opened("architectures")
    app.number_input(key="map_side").set_value(16).run()
    assert not app.exception
    assert len(app.error) == 1


def test_train_opens_on_ones_own_run_and_never_by_itself_on_anothers(monkeypatch):
    store().create(TrainingSpec(data="synthetic").model_dump(), "ada")
    app = opened("train", run="000000000000")
    assert not app.exception
    assert "That run is gone." in words(app)
    assert "A recording, until yours grows here" in words(app)
    mine = store().create(TrainingSpec(data="synthetic").model_dump(), "me")
    monkeypatch.setattr("pages.server.visitors.visitor", lambda: "me")
    forget_cached_runs()
    assert opened("train").selectbox(key="train_shown").value == mine


def test_the_presenters_size_enlarges_figures_from_any_screen():
    app = opened("plain_vs_residual")

    def height():
        return json.loads(app.get("plotly_chart")[0].proto.spec)["layout"]["height"]

    before = height()
    app.toggle(key="large").set_value(True).run()
    assert height() == 1.3 * before


def test_the_map_asks_about_resnet_50_alone_and_names_the_net_it_shows():
    app = opened("architectures", map_net="VGG-16")
    assert app.title[0].value == "What is inside VGG-16?"
    assert "no shortcuts" in words(app)
    assert not app.radio
    app = opened("architectures")
    assert "16 blocks in 4 stages" in words(app)
    (layers,) = (metric for metric in app.metric if metric.label == "Keras layers")
    assert "50 of them" in layers.help


def test_a_guess_is_answered():
    app = opened("plain_vs_residual")
    app.radio(key="compare_guess").set_value(0).run()
    assert "overfitting" in words(app)


def test_a_learner_looks_further_into_the_same_trainings():
    app = opened("plain_vs_residual")
    assert "the first 12 of 60 epochs (408 of 2040 steps)" in words(app)
    app.get_by_key("compare_after").set_value(60).run()
    assert not app.exception
    assert "60 epochs (2040 steps)" in words(app)


@pytest.mark.parametrize("tab", ["One image", "Variations", "Nearest images", "Balance"])
def test_the_data_set_is_taken_apart(tab):
    app = opened("dataset", data_set="synthetic", data_class="5")
    app.session_state["data_tabs"] = tab
    app.run()
    assert not app.exception
    assert "1,080 training and 120 test images, rendered" in words(app)


def test_both_threes_are_reported():
    app = opened("dataset")
    app.session_state["data_tabs"] = "Two ways to show three"
    app.run()
    assert not app.exception
    assert "index, middle and ring" in words(app).lower()


def test_without_signs_the_screen_says_how_to_get_it(monkeypatch, tmp_path):
    monkeypatch.setenv("SIGNS_DIR", "")
    monkeypatch.setattr("resnet.data.signs.WORKPLACE", tmp_path)
    app = opened("dataset")
    app.session_state["data_tabs"] = "Get SIGNS"
    app.run()
    assert not app.exception
    assert "may not be redistributed" in words(app)
    assert app.button(key="data_fetch")


@pytest.mark.usefixtures("answering")
def test_a_sample_photo_meets_the_net_that_ships():
    app = opened("your_hand")
    assert not app.exception
    assert {metric.label: metric.value for metric in app.metric}["The net says"].isdigit()


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize(
    ("page", "link"), [("residual_block", {}), ("gradient_norms", {"norms_depths": "8"})]
)
def test_what_a_worker_has_computed_is_shown(page, link):
    app = opened(page, **link)
    assert not app.exception
    assert not app.get("skeleton")
    assert not app.get("progress")


@pytest.mark.parametrize(
    ("page", "link"),
    [
        ("residual_block", {"block_kind": "zzz", "block_f3": "-7", "block_side": "1e9"}),
        ("architectures", {"map_net": "nope", "map_side": "100000", "map_open": "stage99"}),
        ("gradient_norms", {"norms_depths": "1000", "norms_seed": "-1", "norms_runs": "../x"}),
        ("train", {"train_epochs_fast": "1000000", "train_rate_fast": "nan", "run": "../../x"}),
        ("runs", {"runs_measure": "zzz", "compare": "../x,1"}),
        ("plain_vs_residual", {"compare_seeds": "99", "compare_depths": "7"}),
        ("dataset", {"data_set": "zzz", "data_class": "77", "data_first": "-3"}),
        ("your_hand", {"hand_net": "../../etc", "hand_source": "zzz", "hand_sample": "9"}),
    ],
)
def test_a_forged_link_breaks_nothing(page, link):
    app = opened(page, **link)
    assert not app.exception
    assert app.title[0].value.endswith("?")


def test_a_private_set_grows_and_is_forgotten():
    app = opened("teach_it")
    assert "Your set is empty" in words(app)
    app.button(key="own_add").click().run()
    assert not app.exception
    assert len(app.session_state["own_photos"]) == 12
    app.button(key="own_drop_0").click().run()
    assert len(app.session_state["own_photos"]) == 11
    app.button(key="own_forget").click().run()
    assert "Your set is empty" in words(app)


def test_a_double_click_drops_one_photo(monkeypatch):
    photos = [own_photos.OwnPhoto(None, label) for label in range(2)]
    monkeypatch.setattr(own_photos, "own_photos", lambda: photos)
    last = photos[-1]
    own_photos._drop(last)
    own_photos._drop(last)
    assert [photo.label for photo in photos] == [0]


def test_of_several_photos_a_bad_one_is_named_and_none_comes_twice(monkeypatch):
    kept = []
    monkeypatch.setattr(own_photos, "own_photos", lambda: kept)
    monkeypatch.setattr(own_photos, "find", lambda _image: None)  # no worker is here
    good = (ASSETS / "samples" / "sign_2.jpg").read_bytes()
    with pytest.raises(LabError, match=r"Photo 2: .* JPEG"):
        own_photos.add([good, b"GIF89a", good], 2)
    assert kept == []
    own_photos.add([good, good], 2)
    assert [photo.label for photo in kept] == [2, 2]


def test_a_full_set_says_so():
    app = opened("teach_it")
    for _again in range(6):
        app.button(key="own_add").click().run()
    assert "60 photos at most" in app.error[0].value
    assert len(app.session_state["own_photos"]) == 60


@pytest.mark.usefixtures("answering")
@pytest.mark.parametrize(
    "tab", ["Block by block", "What it has learned", "Make it fail", "What this net was trained on"]
)
def test_an_answer_is_looked_into(tab):
    app = opened("your_hand", hand_sample="5")
    app.session_state["hand_tabs"] = tab
    app.run()
    assert not app.exception
    if tab == "Make it fail":
        app.slider(key="hand_spoil_rotation").set_value(90.0).run()
        app.button(key="hand_spoil_reset").click().run()
        assert app.slider(key="hand_spoil_rotation").value == 0
    if tab == "What it has learned":
        app.toggle(key="hand_untrained").set_value(True).run()
        assert "this net has learned nothing" in words(app)
        assert sum("favourites" in m.value for m in app.markdown) == 3  # stages
    if tab == "What this net was trained on":
        assert "other people" in words(app)


@pytest.mark.usefixtures("answering")
def test_two_nets_are_asked_at_once():
    app = opened("your_hand")
    app.selectbox(key="hand_other").set_value("signs").run()
    assert not app.exception
    assert "signs · fast · signs" in words(app)


@pytest.mark.parametrize(
    ("page", "control", "written", "value"),
    [
        ("residual_block", "block_channels", "1", 1),
        ("residual_block", "block_f", "1×1", 1),
        ("residual_block", "block_bn", "false", False),
        ("train", "train_epochs_fast", "1", 1),
        ("train", "train_model", "ResNet-50 of the course", "resnet50"),
        ("train", "train_recipe", "notebook", "notebook"),
        ("train", "train_shortcut", "false", False),
    ],
)
def test_a_link_may_name_the_first_of_a_controls_values(page, control, written, value):
    """Streamlit leaves a control's own default out of links: the page must begin with it."""
    app = opened(page, **{control: written})
    assert app.session_state[control] == value
    assert app.query_params[control] == written


@pytest.mark.usefixtures("answering")
def test_a_net_s_card_tells_how_often_it_is_right_on_every_kind_of_photo():
    for language, other in (("en", "other people"), ("zh", "其他人")):
        app = opened("your_hand", lang=language, hand_net="signs · fast · signs")
        app.session_state["hand_tabs"] = app.tabs[3].label
        app.run()
        assert not app.exception
        table = next(d.value for d in app.dataframe if other in d.value.iloc[:, 0].to_list())
        shares = dict(zip(table.iloc[:, 0], table.iloc[:, 1], strict=True))
        assert shares[other] == pytest.approx(51.2, abs=0.05)  # assets/weights/README.md
        assert "SIGNS" in words(app)
