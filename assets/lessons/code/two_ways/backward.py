import numpy as np

random = np.random.default_rng(2)
a0 = random.uniform(0, 2, 4).round(1)
W1, W2 = (random.normal(0, 0.6, (4, 4)).round(1) for _ in range(2))
gradient = random.normal(0, 1, 4).round(1)  # ∂L/∂a[l+2]

z1 = W1 @ a0
z2 = W2 @ np.maximum(z1, 0)
delta = gradient * (z2 + a0 > 0)
branch = W1.T @ ((z1 > 0) * (W2.T @ delta))
print("past the weights   ", delta)
print("through the weights", branch)
print("∂L/∂a[l]           ", delta + branch)
