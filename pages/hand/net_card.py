"""What a trained net learned from, and how well it does on photos of several kinds."""

import pandas as pd
import streamlit as st

from pages.components.dataset import named
from pages.components.tables import bars
from resnet.inference.prediction import Net
from resnet.language import mark, translate
from resnet.language import translate as _

TEST_SETS = (  # the words of the cards that ship with the lab
    mark("SIGNS test"),
    mark("other people"),
    mark("SIGNS test, in hard scenes"),
    mark("other people, in hard scenes"),
    mark("rendered, hard"),
)


def show_card(net: Net) -> None:
    """Show what a net's card says of it: how often it is right as bars, then the facts."""
    card = net.card
    if card.accuracies:
        right = _("Right, %")
        st.dataframe(
            pd.DataFrame(
                {
                    _("Photos it was not trained on"): map(translate, card.accuracies),
                    right: [100 * share for share in card.accuracies.values()],
                }
            ),
            column_config={right: bars(most=100, format="%.1f")},
            hide_index=True,
            key="net_card",
            alt=_("How often the net is right, by kind of photo"),
        )
    facts = {
        _("Net"): card.architecture,
        _("Trained on"): _learned_from(card.data),
        _("Input"): "×".join(map(str, card.input_shape)),
        _("Test accuracy on its own kind of photos"): f"{card.test_accuracy:.1%}"
        if card.test_accuracy is not None
        else "–",
        _("Versions"): ", ".join(f"{name} {number}" for name, number in card.versions.items()),
    }
    st.markdown("\n".join(f"- {name}: {value}" for name, value in facts.items()))


def _learned_from(data: str) -> str:
    return ", ".join(map(_source, data.split(" + ")))


def _source(part: str) -> str:
    count, _space, own = part.partition(" ")
    if own == "own":  # a learner's photos
        return _("{n} photos of your own").format(n=count)
    return named(part)
