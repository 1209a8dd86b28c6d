"""What each step of a block makes of one image."""

import streamlit as st

from pages.components import frame
from pages.components.experiments import POLL, experiment, outcome
from pages.components.language import fragment
from resnet.data.classes import CLASSES
from resnet.drawing.image_grid import feature_map_grid
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.models.block import Block


def show_feature_maps(block: Block, input_shape: tuple[int, int, int]) -> None:
    """Let the learner pick a sign and show eight channels after each step of the block."""
    sign = st.segmented_control(
        _("Image"), CLASSES, default=2, required=True, key="block_sign", bind="query-params"
    )
    arguments = (tasks.block_feature_maps, block, input_shape, sign)
    waiting = not experiment(*arguments).done()
    fragment(run_every=POLL if waiting else None)(_maps)(arguments)


def _maps(arguments: tuple) -> None:
    maps = outcome(*arguments)
    if maps is None:
        st.skeleton(height=320)
        return
    st.image(
        feature_map_grid(maps, frame.theme()),
        width="stretch",
        alt=_("Feature maps after each step"),
    )
    st.caption(
        _(
            "The first channels after each step, in the order of the layers. Random weights (He "
            "initialisation, seed 0); fixed random mixtures of the image's three colours fill the "
            "input's channels. Bright is large."
        )
    )
