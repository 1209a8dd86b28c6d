"""How a class comes to a screen: its link on the network, large, and as a QR code."""

from typing import Literal

import streamlit as st

from pages.server.address import class_address, qr_code
from resnet.language import translate as _

SIDE = 340  # pixels of the QR code: whole in a low window, read from the back row


def offer(path: str = "", width: Literal["content", "stretch"] = "content") -> None:
    """Offer the link to a path of the lab, as others on the network open it."""
    with st.popover(_("For the class"), icon=":material/qr_code_2:", type="primary", width=width):
        _show(path)


def _show(path: str) -> None:
    address = class_address()
    if address is None:
        st.warning(
            _(
                "Only this machine reaches the lab: start it without `--address`, on a machine "
                "with a network, and your class finds its link here."
            )
        )
        return
    link = f"{address}/{path}"
    code, words = st.columns(2, vertical_alignment="center")
    code.image(qr_code(link), width=SIDE, alt=_("QR code of the class's link"))
    words.markdown(_("Scan it, or type:"))
    words.subheader(address.partition("://")[2].replace("_", "\\_"), anchor=False)
    words.code(link, language=None, wrap_lines=True)
