"""Show a trained net your own hand."""

import streamlit as st

from pages.components import frame
from pages.components.nets import choose_net
from pages.hand import inspection, net_card
from pages.hand import photo as hand
from pages.hand.learned import show_learned
from resnet.language import translate as _

frame.question(
    _("How many fingers does the net see?"),
    _("Hold up a hand, upload a photo or take a sample. See where the net looks, and fool it."),
)
photo, image = hand.choose_photo()  # first: on a phone, all else is below it
picture, controls = frame.picture_and_controls()
with controls:
    net, nets = choose_net(
        _("Which net to ask"),
        _("A net that came with the lab, or a run of yours that has finished."),
        key="hand_net",
    )
    other = st.selectbox(
        _("And another net"),
        [ref for ref in nets if ref != net.ref],
        index=None,
        format_func=lambda ref: nets[ref].title,
        key="hand_other",
        bind="query-params",
        placeholder=_("none"),
        help=_("Two nets, one photo: see where they disagree."),
    )
    if image is not None:
        image = hand.turned(image, photo)
        square = hand.choose_square(image)

chosen_nets = [net] + ([nets[other]] if other in nets else [])
with picture:
    if image is None:
        hand.nothing_yet()
        st.stop()
    if square is None:
        hand.show_search(image)
        st.stop()
    seen = [hand.seen_by(image, square, one) for one in chosen_nets]
    photo_column, answer_column = st.columns([2, 3])
    with photo_column:
        hand.show_photo(image, square)
    with answer_column:
        for number, (one, pictures) in enumerate(zip(chosen_nets, seen, strict=True)):
            if len(chosen_nets) > 1:
                st.markdown(f"**{one.title}**")
            hand.show_answer(one, pictures, key="hand_bars" if number == 0 else "hand_bars_other")
        named = hand.answers_of(chosen_nets, seen) if len(chosen_nets) > 1 else []
        if None not in named and len(set(named)) > 1:
            st.info(
                _("They disagree: {first} or {second}? They were trained on other photos.").format(
                    first=named[0], second=named[1]
                ),
                icon=":material/alt_route:",
            )

film, learned, fail, card = st.tabs(
    [
        _("Block by block"),
        _("What it has learned"),
        _("Make it fail"),
        _("What this net was trained on"),
    ],
    key="hand_tabs",
    on_change="rerun",
)
with film:
    if film.open:
        inspection.show_film(net, seen[0])
with learned:
    if learned.open:
        show_learned(net)
with fail:
    if fail.open:
        inspection.make_it_fail(net, seen[0])
with card:
    net_card.show_card(net)
