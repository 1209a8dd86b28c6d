"""Claims of the screen on which a net is asked about a hand."""

from resnet.analysis.excitation import places_to_look
from resnet.analysis.receptive_field import windows
from resnet.inference.photo_prediction import learned
from resnet.inference.prediction import load_net
from tests.claims.ledger import SCREENS, claim


@claim(
    SCREENS,
    "Its outputs see a small piece of the photo: an edge, a colour, the end of a finger, whatever "
    "the sign.",
    "它的输出只看到照片的一小块：一条边缘、一种颜色、一个指尖，与手势无关。",
)
def the_first_stage_sees_a_small_piece():
    net = load_net("synthetic")
    first, *_others, last = (windows(net)[name].size for name in places_to_look(net))
    assert first < last / 3


@claim(
    SCREENS,
    "Yes: from edges to hands. The favourites agree more from stage to stage; with random weights "
    "they do not come to agree as much.",
    "对：从边缘到手。一个阶段比一个阶段更一致；权重随机时则达不到这样的一致。",
)
def favourites_agree_more_from_stage_to_stage():
    """With SIGNS there, the nets `robust` and `signs` show the same on it (2026-11-28)."""
    trained, untrained = (
        [found.one_class for found in learned("synthetic", weights)[0].favourites]
        for weights in (True, False)
    )
    assert trained == sorted(trained)
    assert trained[-1] > untrained[-1] + 0.5
