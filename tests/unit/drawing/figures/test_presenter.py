import plotly.graph_objects as go

from resnet.drawing.figures.curves import DepthPoint, depth_curves
from resnet.drawing.figures.end_labels import End, name_ends
from resnet.drawing.figures.presenter import enlarged
from resnet.drawing.palette import palette


def test_a_figure_for_the_back_row_is_larger_in_all_and_the_first_stays():
    figure = depth_curves([DepthPoint(8, True, "train", 0.1)], "light")
    name_ends(figure, [End("plain", 0.5, "#000000")], palette("light"))
    before = figure.to_json()
    large = enlarged(figure, 2.0)
    assert figure.to_json() == before
    assert large.layout.height == 2 * figure.layout.height
    assert large.layout.font.size == 2 * figure.layout.template.layout.font.size
    assert large.layout.annotations[0].font.size == 2 * figure.layout.annotations[0].font.size
    assert large.data[0].marker.size == 2 * figure.data[0].marker.size
    assert large.data[0].x == figure.data[0].x
    assert isinstance(large, go.Figure)
