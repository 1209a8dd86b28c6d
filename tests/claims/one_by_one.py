"""Claims of the lesson on 1×1 convolutions."""

from resnet.models.assembly import STAGES
from tests.claims.ledger import claim

LESSON = "one_by_one"
SIDE, BEFORE, MIDDLE, AFTER, SIZE = 28, 192, 16, 32, 5  # of the course's example
DIRECT = SIDE**2 * SIZE**2 * BEFORE * AFTER
FIRST, SECOND = SIDE**2 * BEFORE * MIDDLE, SIDE**2 * SIZE**2 * MIDDLE * AFTER


@claim(
    LESSON,
    "28 · 28 · 192 · 32 = {multiplications} That is how many multiplications it does: the weights "
    "are the same at every place.",
    "28 · 28 · 192 · 32 = {multiplications} 那是乘法的次数：每个位置用的是同一组权重。",
)
def multiplications_of_a_1x1():
    return {"multiplications": f"{28 * 28 * 192 * 32:,}"}


@claim(LESSON, "192 · 32 = {weights} Yes: one number", "192 · 32 = {weights} 对：每一对通道")
def weights_of_a_1x1():
    return {"weights": f"{192 * 32:,}"}


@claim(
    LESSON,
    "Yes: {direct} multiplications become {first} + {second} = {both}.",
    "对：{direct} 次乘法变成 {first} + {second} = {both} 次。",
)
def the_way_through_16_channels_costs_a_tenth():
    assert round(DIRECT / (FIRST + SECOND)) == 10
    return {
        "direct": f"{DIRECT:,}",
        "first": f"{FIRST:,}",
        "second": f"{SECOND:,}",
        "both": f"{FIRST + SECOND:,}",
    }


@claim(
    LESSON,
    "The 5×5 now reads 16 channels instead of 192.",
    "现在 5×5 读的是 16 个通道，而不是 192 个。",
)
def it_is_twelve_times_fewer_channels():
    assert BEFORE / MIDDLE == DIRECT / SECOND == 12


@claim(
    LESSON,
    "The new layer costs 1/{share} of what the 5×5 no longer has to do.",
    "新加的那层只要 5×5 所省下的 1/{share}。",
)
def what_the_new_layer_costs_of_what_it_saves():
    return {"share": str(round((DIRECT - SECOND) / FIRST))}


@claim(
    LESSON,
    "A block of ResNet-50 goes 1×1 down to a quarter of its channels, 3×3 there, 1×1 up again; "
    "only the first block of a stage gets fewer channels than it gives and narrows less.",
    "ResNet-50 的块先用 1×1 降到自身通道数的四分之一，在那里做 3×3，再用 1×1 升回来；只有每个阶段的第一个块，"
    "输入的通道比输出少，收窄得也少。",
)
def blocks_narrow_to_a_quarter_but_the_first():
    channels = 64
    for stage in STAGES.values():
        down, _middle, up = stage.filters
        assert up == 4 * down
        assert channels < up
        assert channels / down < 4
        channels = up


@claim(
    LESSON,
    "Two 3×3 convolutions on 256 channels would cost {times} times as much.",
    "在 256 个通道上做两个 3×3 卷积，代价是它的 {times} 倍。",
)
def two_large_convolutions_cost_more():
    return {"times": str(round(2 * 9 * 256**2 / (2 * 256 * 64 + 9 * 64**2)))}


@claim(
    LESSON,
    "The bottleneck costs 28·28·m·(192 + 25·32) = {each}·m. That is {direct} at m ≈ {even}.",
    "瓶颈结构要 28·28·m·(192 + 25·32) = {each}·m 次。m ≈ {even} 时等于 {direct}。",
)
def where_both_ways_cost_the_same():
    each = SIDE**2 * (BEFORE + SIZE**2 * AFTER)
    return {"each": f"{each:,}", "direct": f"{DIRECT:,}", "even": str(round(DIRECT / each))}


@claim(
    LESSON,
    "Three quarters of the pixels: every second one in each direction is skipped.",
    "四分之三的像素：每个方向都隔一个跳一个。",
)
def a_1x1_of_stride_2_skips_three_quarters():
    seen = {(y, x) for y in range(0, 16, 2) for x in range(0, 16, 2)}
    assert len(seen) / 16**2 == 1 / 4


@claim(
    LESSON,
    "VGG-16 spends {dense} million of its {all} million weights on three dense layers",
    "VGG-16 的 {all_zh} 亿个权重中有 {dense_zh} 亿个花在展平之后的三个全连接层上。",
    "nets",
)
def where_vgg_has_its_weights(nets):
    total = next(net["parameters"] for net in nets["nets"] if net["model"] == "vgg16")
    sizes = ((7 * 7 * 512, 4096), (4096, 4096), (4096, 1000))
    dense = sum((before + 1) * after for before, after in sizes)
    return {
        "dense": f"{dense / 1e6:.1f}",
        "all": f"{total / 1e6:.1f}",
        "dense_zh": f"{dense / 1e8:.3f}",
        "all_zh": f"{total / 1e8:.3f}",
    }
