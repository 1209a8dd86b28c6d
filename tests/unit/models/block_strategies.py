"""Blocks for hypothesis to choose from."""

from hypothesis import strategies as st

from resnet.models.block import Block

small = st.integers(1, 6)


@st.composite
def blocks_and_inputs(draw):
    """Any block that can be built, with an input (H, W, C)."""
    channels = draw(small)
    kind = draw(st.sampled_from(["basic", "bottleneck"]))
    shortcut = draw(st.sampled_from(["identity", "projection", "zero_padding", "none"]))
    last = {"identity": channels, "zero_padding": channels + draw(small)}.get(shortcut)
    filters = [draw(small) for _ in range(1 if kind == "basic" else 2)] + [last or draw(small)]
    batch_norm, preactivation = draw(st.booleans()), draw(st.booleans())
    may_silence = batch_norm and not preactivation and shortcut != "none"
    block = Block(
        kind,
        tuple(filters),
        kernel_size=draw(st.integers(1, 5)),
        stride=1 if shortcut == "identity" else draw(st.integers(1, 3)),
        shortcut=shortcut,
        batch_norm=batch_norm,
        preactivation=preactivation,
        input_activated=preactivation and draw(st.booleans()),
        zero_init_last_gamma=may_silence and draw(st.booleans()),
        use_bias=draw(st.booleans()),
        stride_on=draw(st.sampled_from(["first", "middle"])),
    )
    return block, (draw(st.integers(3, 9)), draw(st.integers(3, 9)), channels)
