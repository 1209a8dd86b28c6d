"""Look at the pictures before the nets do."""

import streamlit as st

from pages.components import frame
from pages.components.dataset import dataset
from pages.data_set import views as views
from resnet.data.signs import find_signs
from resnet.errors import LabError
from resnet.language import translate as _

frame.question(
    _("What do the nets learn from?"),
    _("Leaf through the hands, take one apart, and see what training makes of it."),
)
picture, controls = frame.picture_and_controls()
with controls:
    names = {"synthetic": _("synthetic")} | ({"signs": _("real SIGNS")} if find_signs() else {})
    name = st.segmented_control(
        _("Data set"),
        list(names),
        format_func=names.__getitem__,
        required=True,
        default="signs" if "signs" in names else "synthetic",
        key="data_set",
        bind="query-params",
    )
    try:
        data = dataset(name)
    except LabError as error:
        st.error(str(error))
        st.stop()
    label = st.segmented_control(
        _("Class"),
        range(len(data.classes)),
        default=min(3, len(data.classes) - 1),
        required=True,
        key="data_class",
        bind="query-params",
        help=_("The number of fingers; 0 is an O of all of them."),
    )
    indices = views.of_class(data, label)
    first = st.slider(
        _("From image"),
        0,
        max(1, len(indices) - views.SHOWN),
        0,
        key="data_first",
        bind="query-params",
    )
    beside = len(names) > 1 and st.toggle(
        _("Other set below"),
        key="data_beside",
        bind="query-params",
        help=_("The same class of the other data set: how real do the rendered hands look?"),
    )
    st.caption(
        _("{train} training and {test} test images, {kind}.").format(
            train=f"{len(data.train_images):,}",
            test=len(data.test_images),
            kind=_("rendered by the lab") if data.synthetic else _("photographed"),
        )
    )

with picture:
    views.show_class(data, label, first)
    if beside:
        other = next(other for other in names if other != name)
        st.caption(names[other])
        views.show_class(dataset(other), label, first)

if not len(indices):
    st.stop()
index = int(indices[min(first, len(indices) - 1)])
tabs = {
    _("One image"): lambda: views.show_channels(data.train_images[index]),
    _("Variations"): lambda: views.show_augmentations(data.train_images[index]),
    _("Nearest images"): lambda: views.show_neighbours(data, index),
    _("Balance"): lambda: views.show_balance(data),
    _("Two ways to show three"): views.show_threes,
}
if "signs" not in names:
    tabs[_("Get SIGNS")] = views.get_signs
for tab, show in zip(
    st.tabs(list(tabs), key="data_tabs", on_change="rerun"), tabs.values(), strict=True
):
    with tab:
        if tab.open:
            show()
