"""Claims of the lesson that puts ResNet-50 together."""

from itertools import pairwise

from resnet.analysis.intervals import wilson_interval
from resnet.course.exercise_files import EXERCISES, TEMPLATES
from resnet.course.literature import SIGNS_RESULTS
from resnet.models.assembly import STAGES, STEM, parameters, shapes_after
from resnet.models.layer_names import course_names
from tests.claims.ledger import SCREENS, claim
from tests.unit.course import test_exercise_check as usual_mistakes
from tests.unit.course import test_learners_code as assignments

LESSON = "stage_by_stage"
CHANNELS = [STEM[2], *(stage.filters[2] for stage in STAGES.values())]


def kernels(before, stage):
    """Yield size, channels in and channels out of a stage's convolutions."""
    first, middle, last = stage.filters
    yield 1, before, last
    for block in range(stage.blocks):
        yield 1, last if block else before, first
        yield 3, first, middle
        yield 1, middle, last


def shares_of_weights():
    """Return each stage's share of all parameters: kernel, bias, and BatchNorm's four a channel."""
    sums = [
        sum(size * size * into * out + 5 * out for size, into, out in kernels(before, stage))
        for before, stage in zip(CHANNELS, STAGES.values(), strict=False)
    ]
    return [100 * count / parameters(list(STAGES.values())) for count in sums]


def shares_of_work(total):
    """Return each stage's share of the multiply-adds; every 1×1 of a stage works on its maps."""
    sums = [
        sum(size * size * into * out for size, into, out in kernels(before, stage)) * side * side
        for before, stage, (side, _width, _channels) in zip(
            CHANNELS, STAGES.values(), shapes_after(list(STAGES.values())), strict=False
        )
    ]
    return [100 * count / total for count in sums]


def resnet50(nets):
    """Return the counts of the course's net."""
    return next(net for net in nets["nets"] if net["model"] == "resnet50")


@claim(
    LESSON,
    "Not even the multiply-adds are: stages 2 to 5 do {s2}, {s3}, {s4} and {s5} % of them, for they "
    "have 3, 4, 6 and 3 blocks. Of the weights they hold {w2}, {w3}, {w4} and {w5} %.",
    "连乘加次数也不平均：阶段 2 到 5 分别占 {s2}、{s3}、{s4} 和 {s5}%，因为它们各有 3、4、6 和 3 个块。权重则分别占 {w2}、"
    "{w3}、{w4} 和 {w5}%。",
    "nets",
)
def neither_work_nor_weights_are_even(nets):
    assert [stage.blocks for stage in STAGES.values()] == [3, 4, 6, 3]
    work, weights = shares_of_work(resnet50(nets)["multiply_adds"]), shares_of_weights()
    found = {f"s{n}": f"{share:.0f}" for n, share in zip(STAGES, work, strict=True)}
    return found | {f"w{n}": f"{share:.0f}" for n, share in zip(STAGES, weights, strict=True)}


@claim(
    SCREENS,
    "of the weights it has {weights} %, of the multiply-adds it does {work} %",
    "{weights}% 的权重，{work}% 的乘加",
    "nets",
)
def stage_5_on_the_map(nets):
    work, weights = shares_of_work(resnet50(nets)["multiply_adds"]), shares_of_weights()
    return {"weights": f"{weights[-1]:.0f}", "work": f"{work[-1]:.0f}"}


@claim(
    SCREENS,
    "Yes: of the multiply-adds it does {work} %, of the weights it has {weights} %.",
    "对：它用 {weights}% 的权重做了 {work}% 的乘加。",
    "nets",
)
def stage_4_on_the_map(nets):
    work, weights = shares_of_work(resnet50(nets)["multiply_adds"]), shares_of_weights()
    return {"weights": f"{weights[-2]:.0f}", "work": f"{work[-2]:.0f}"}


@claim(
    SCREENS,
    "Large maps, but few channels: of the multiply-adds {work} %.",
    "特征图大，但通道少：占乘加次数的 {work}%。",
    "nets",
)
def stage_2_on_the_map(nets):
    return {"work": f"{shares_of_work(resnet50(nets)['multiply_adds'])[0]:.0f}"}


@claim(
    SCREENS,
    "A weight works once at every place of its map, and stage 5's map has 2×2: of the "
    "multiply-adds {work} %.",
    "而阶段 5 的特征图只有 2×2：占乘加次数的 {work}%。",
    "nets",
)
def stage_5_has_small_maps(nets):
    assert shapes_after(list(STAGES.values()))[-1][:2] == (2, 2)
    return {"work": f"{shares_of_work(resnet50(nets)['multiply_adds'])[-1]:.0f}"}


@claim(
    LESSON,
    "Yes: (64 + 6 − 7) / 2 + 1 = {conv} (rounded down), then ({conv} − 3) / 2 + 1 = {pool} "
    "(rounded down).",
    "对：(64 + 6 − 7) / 2 + 1 = {conv}（向下取整），再 ({conv} − 3) / 2 + 1 = {pool}（向下取整）。",
)
def the_stem_ends_at_15():
    conv = (64 + 6 - 7) // 2 + 1
    pool = (conv - 3) // 2 + 1
    assert STEM[:2] == (pool, pool)
    return {"conv": str(conv), "pool": str(pool)}


@claim(
    LESSON,
    "7·7·3·64 = {weights} weights, one in {parts}.",
    "7·7·3·64 = {weights} 个权重，只占约 {parts} 分之一。",
    "nets",
)
def the_stem_holds_few_weights(nets):
    parts = round(resnet50(nets)["parameters"] / (7 * 7 * 3 * 64), -2)
    return {"weights": f"{7 * 7 * 3 * 64:,}", "parts": f"{parts:,.0f}"}


@claim(
    LESSON,
    "Yes: weights grow with the square of the channels, and stage 5 has up to 2,048 of them.",
    "对：权重随通道数的平方增长，而阶段 5 的通道多达 2,048 个。",
)
def most_weights_are_in_stage_5():
    shares = shares_of_weights()
    assert max(shares) == shares[-1] > 50
    assert STAGES[5].filters[2] == 2048


@claim(
    LESSON,
    "| stages 3–5 | each begins with a convolutional block of stride 2 | halved each time, "
    "channels doubled |",
    "| 阶段 3–5 | 各以一个步幅 2 的卷积块开始 | 每次边长减半，通道加倍 |",
)
def stages_halve_and_double():
    shapes = shapes_after(list(STAGES.values()))
    for (side, _w, channels), (next_side, _v, next_channels) in pairwise(shapes):
        assert next_side == (side + 1) // 2
        assert next_channels == 2 * channels


@claim(
    LESSON,
    "Stem, sixteen blocks and dense layer: $1 + 3\\cdot 16 + 1 = {layers}$.",
    "开头、十六个块和全连接层：$1 + 3\\cdot 16 + 1 = {layers}$。",
)
def fifty_layers():
    blocks = sum(stage.blocks for stage in STAGES.values())
    assert blocks == 16
    return {"layers": str(1 + 3 * blocks + 1)}


@claim(
    LESSON,
    "It adds its input to its output, and the convolutional block before it gives 256 channels.",
    "它把输入加到输出上，而它前面的卷积块给出 256 个通道。",
)
def stage_2_gives_256_channels():
    assert STAGES[2].filters[2] == 256


@claim(
    LESSON,
    "The counts: {weights} weights (23,546,886 of them trained), {work} multiply-adds, counted by "
    "Keras.",
    "计数：{weights} 个权重（其中 23,546,886 个参与训练），{work} 次乘加，由 Keras 数出。",
    "nets",
)
def counts_of_the_whole_net(nets):
    net = resnet50(nets)
    assert net["parameters"] == parameters(list(STAGES.values()))
    moving = 2 * 64 + sum(
        2 * out
        for before, stage in zip(CHANNELS, STAGES.values(), strict=False)
        for _size, _into, out in kernels(before, stage)
    )  # a mean and a variance for every channel that BatchNorm follows
    assert net["parameters"] - moving == 23_546_886
    return {"weights": f"{net['parameters']:,}", "work": f"{net['multiply_adds']:,}"}


@claim(
    LESSON,
    "The first command writes `identity_block.py`, `convolutional_block.py` and `resnet50.py` with "
    "gaps; the second compares what you wrote with the lab's own net, layer by layer, and names "
    "the mistake: wrong padding, a missing ReLU, BatchNorm over the wrong axis, a shortcut from "
    "the wrong place, another layer name or seed than the assignment's.",
    "第一条命令写出留有空缺的 `identity_block.py`、`convolutional_block.py` 和 `resnet50.py`；"
    "第二条把你写的与实验室的网络逐层比较，并说出错在哪里：填充不对、少了 ReLU、"
    "BatchNorm 的轴不对、捷径从错误的地方出发、层名或种子与作业不同。",
)
def each_of_these_mistakes_is_among_the_tested_ones():
    """The tests of the check make each of them, and compare what it says."""
    assert all("GAP" in (TEMPLATES / f"{name}.py").read_text("utf-8") for name in EXERCISES)
    told = [str(case[-1]) for case in usual_mistakes.MISTAKES]
    told += [str(case[-1]) for case in assignments.MISTAKES]
    for words in (
        "look at the padding",
        "ReLU is expected",
        "axis=1",
        "shortcut is its input",
        "should be res3b_branch2b",
        "must start with seed 0",
    ):
        assert any(words in message for message in told), words


@claim(
    LESSON,
    "Both versions are understood, as a notebook or as a script: the older one with `stage` and "
    "`block`, whose layers are called `res2a_branch2a`, and the newer one with `training` and "
    "`initializer`. Only its imports, functions and constants run: nothing trains, and the "
    "course's helpers need not be there.",
    "两个版本都认得，notebook 或脚本都可以：旧版带 `stage` 和 `block`，层名如 `res2a_branch2a`；"
    "新版带 `training` 和 `initializer`。只运行其中的导入、函数和常量：不会训练，"
    "课程的辅助模块也不必在场。",
)
def both_versions_are_among_the_tested_ones():
    """The tests of the check read both, in which a training and a missing helper stand."""
    older, newer = "".join(assignments.OLDER), "".join(assignments.NEWER)
    assert "def identity_block(X, f, filters, stage, block)" in older
    assert "model.fit(" in older
    assert "training=True, initializer=" in newer
    assert "from resnets_utils import *" in older
    assert "import public_tests" in newer
    assert course_names(2, "a")("conv1") == "res2a_branch2a"


@claim(
    LESSON,
    "One image is {one} points, and {missing} are missing.",
    "一张图像就是 {one} 个百分点，而这里少了 {missing} 个。",
)
def one_test_image_is_less_than_a_point():
    return {"one": f"{100 / 120:.2f}", "missing": f"{100 * (1 - blog().test):.1f}"}


@claim(
    LESSON,
    "Yes: {right} of 120 are right. Where training and test part by so much, the net knows its "
    "training images better than the signs.",
    "对：120 张里答对 {right} 张。训练与测试相差这么多，说明网络对训练图像比对手势本身更熟。",
)
def eight_test_images_are_wrong():
    result = blog()
    right = round(result.test * 120)
    assert 120 - right == 8
    assert result.train > wilson_interval(right, 120)[1]  # more than chance parts the two
    return {"right": str(right)}


@claim(
    LESSON,
    "Of a thousand there would be {wrong}, but there are 120.",
    "一千张里才会错 {wrong} 张，这里只有 120 张。",
)
def of_a_thousand():
    return {"wrong": str(round(1000 * (1 - blog().test)))}


@claim(
    LESSON,
    "The interval is Wilson's for 120 images: where two of them overlap widely, call neither net "
    "the better one.",
    "区间是 120 张图像的 Wilson 区间：两个区间重叠很多时，就不要说哪个网络更好。",
)
def two_close_results_have_intervals_that_overlap():
    low, high = wilson_interval(112, 120)
    assert low < 115 / 120 < high


def blog():
    """Return the published result of twenty epochs."""
    return next(result for result in SIGNS_RESULTS if result.epochs == 20)
