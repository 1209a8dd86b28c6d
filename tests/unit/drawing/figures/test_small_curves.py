"""Panels of small curves: what diverged is said in its panel, even before its first point."""

from resnet.drawing.figures.small_curves import Panel, small_curves


def test_a_run_that_diverged_before_its_first_point_is_marked_in_its_panel():
    whole, broken = [0.9, 0.5], [0.9]
    panels = [[Panel((1, 2), [whole, broken, []], True, True), Panel((1, 2), [whole], True, True)]]
    figure = small_curves(panels, ["net"], ["low", "high"], "light")
    said = {note.text: note for note in figure.layout.annotations}
    assert set(said) == {"net", "low", "high", "✕✕"}
    assert said["✕✕"].xref == "x domain"
    assert figure.layout.annotations[-1].yref == "y domain"
