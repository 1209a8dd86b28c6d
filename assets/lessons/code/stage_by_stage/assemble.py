stages = {2: (64, 256, 1, 3), 3: (128, 512, 2, 4), 4: (256, 1024, 2, 6), 5: (512, 2048, 2, 3)}


def convolution(size, channels, filters):  # with biases, and BatchNorm's four numbers a channel
    return size * size * channels * filters + filters + 4 * filters


side, channels, total = 15, 64, convolution(7, 3, 64)
for stage, (narrow, wide, stride, blocks) in stages.items():
    total += convolution(1, channels, wide)  # the shortcut of the first block
    for block in range(blocks):
        total += convolution(1, wide if block else channels, narrow)
        total += convolution(3, narrow, narrow) + convolution(1, narrow, wide)
    side, channels = (side - 1) // stride + 1, wide
    print(f"stage {stage}: {side}×{side}×{channels}")
print(f"{total + (side // 2) ** 2 * channels * 6 + 6:,} weights")
