"""What each step of a block makes of one image."""

from typing import TYPE_CHECKING

import streamlit as st

from pages.components import frame
from pages.components.short_tasks import follow_task
from resnet.data.classes import CLASSES
from resnet.drawing.figures.image_grid import feature_map_grid
from resnet.jobs import tasks
from resnet.language import translate as _
from resnet.models.block import Block

if TYPE_CHECKING:
    import numpy as np


def show_feature_maps(block: Block, input_shape: tuple[int, int, int]) -> None:
    """Let the learner pick a sign and show eight channels after each step of the block."""
    sign = st.segmented_control(
        _("Image"), CLASSES, default=2, required=True, key="block_sign", bind="query-params"
    )
    follow_task(tasks.block_feature_maps, block, input_shape, sign, draw=_maps)


def _maps(maps: "list[tuple[str, np.ndarray]] | None") -> None:
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
    st.page_link(
        "your_hand.py", label=_("What a trained net has learned"), icon=":material/back_hand:"
    )
