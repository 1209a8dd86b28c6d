import numpy as np

blocks = np.arange(1, 55)
survival = 1 - blocks / 54 * 0.5  # from nearly 1 down to 0.5
there = np.random.default_rng(1).random(54) < survival
print("".join("█" if used else "·" for used in there))
print(f"{there.sum()} blocks this time, {survival.sum():.1f} on average")
