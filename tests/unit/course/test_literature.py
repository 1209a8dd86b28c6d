"""The published numbers, against the table in He et al. 2015."""

from resnet.course.literature import CIFAR_10_ERRORS


def test_residual_errors_are_table_6():
    table = {20: 8.75, 32: 7.51, 44: 7.17, 56: 6.97, 110: 6.43}
    residual = {p.depth: round(100 * p.error, 2) for p in CIFAR_10_ERRORS if not p.plain}
    assert residual == table


def test_what_was_read_off_a_figure_says_so():
    assert all(p.approximate and "Fig. 6" in p.source for p in CIFAR_10_ERRORS if p.plain)


def test_plain_110_is_not_made_up():
    assert not [p for p in CIFAR_10_ERRORS if p.plain and p.depth == 110]
