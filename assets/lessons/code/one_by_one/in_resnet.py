wide, narrow = 256, 64
bottleneck = wide * narrow + 9 * narrow * narrow + narrow * wide
two_large = 2 * 9 * wide * wide
print(f"{bottleneck:,} weights against {two_large:,}: {two_large / bottleneck:.1f} times as many")
