side, before, middle, after, size = 28, 192, 16, 32, 5
direct = side**2 * size**2 * before * after
first, second = side**2 * before * middle, side**2 * size**2 * middle * after
print(f"directly    {direct:>12,}")
print(f"through 1×1 {first + second:>12,} = {first:,} + {second:,}")
print(f"{direct / (first + second):.2f} times fewer multiply-adds")
