import tomllib

import matplotlib as mpl
import plotly.graph_objects as go
import pytest

from resnet.drawing.palette import (
    KIND_COLOURS,
    TEXT_SHARE,
    contrast,
    matplotlib_style,
    mix,
    palette,
    plotly_template,
)
from resnet.settings import PROJECT

THEMES = ("light", "dark")
INKS = {"light": "#31333F", "dark": "#fafafa"}  # Streamlit's text colours
CONFIG = tomllib.loads((PROJECT / ".streamlit" / "config.toml").read_text())["theme"]
PAGES = {"light": "#ffffff", "dark": CONFIG["dark"]["backgroundColor"]}


def meanings(theme):
    colours = palette(theme)
    named = {name: getattr(colours, name) for name in ("residual", "plain", "shortcut", "problem")}
    return named | {kind: colours.kinds[kind] for kind in colours.kinds}


def test_contrast_of_known_pairs():
    # WCAG's own extremes, and WebAIM's checker for a grey.
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
    assert contrast("#123456", "#123456") == 1


@pytest.mark.parametrize("theme", THEMES)
def test_graphics_reach_three_to_one(theme):
    for name, colour in meanings(theme).items():
        assert contrast(colour, palette(theme).paper) >= 3, name


@pytest.mark.parametrize("theme", THEMES)
def test_words_reach_four_and_a_half_to_one(theme):
    colours = palette(theme)
    assert contrast(colours.ink, colours.paper) >= 7
    assert contrast(colours.muted, colours.paper) >= 4.5
    for name, colour in meanings(theme).items():
        assert contrast(colours.text(colour), colours.paper) >= 4.5, name


@pytest.mark.parametrize("theme", THEMES)
def test_light_colours_serve_the_theme_free_drawings_on_both_pages(theme):
    light = palette("light")
    for colour in (
        light.residual,
        light.plain,
        light.shortcut,
        light.problem,
        *light.kinds.values(),
    ):
        assert contrast(colour, PAGES[theme]) >= 3, colour
        assert contrast(mix(colour, INKS[theme], TEXT_SHARE), PAGES[theme]) >= 4.5, colour


def test_the_language_of_colour():
    light = palette("light")
    assert (light.residual, light.plain, light.shortcut) == ("#0072B2", "#D55E00", "#009E73")
    assert light.kinds["add"] == light.shortcut  # ⊕ is where the shortcut joins
    taught = ("conv", "batch_norm", "relu", "pool", "add", "dense", "pad")
    assert len({KIND_COLOURS[kind] for kind in taught}) == len(taught)
    assert light.net(plain=True) == light.plain


@pytest.mark.parametrize("theme", THEMES)
def test_the_plotly_look_is_clear_and_takes_its_ink_from_the_theme(theme):
    figure = go.Figure(layout={"template": plotly_template(theme)})
    look = figure.layout.template.layout
    assert look.paper_bgcolor == "rgba(0,0,0,0)"
    assert look.font.color == palette(theme).ink
    assert look.font.family == "Source Sans, sans-serif"


@pytest.mark.parametrize("theme", THEMES)
def test_the_matplotlib_look_is_accepted(theme):
    with mpl.rc_context(matplotlib_style(theme)):
        assert mpl.rcParams["image.cmap"] == "cividis"
