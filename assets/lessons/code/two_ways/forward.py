import numpy as np

random = np.random.default_rng(2)
a0 = random.uniform(0, 2, 4).round(1)
W1, W2 = (random.normal(0, 0.6, (4, 4)).round(1) for _ in range(2))
g = lambda z: np.maximum(z, 0)  # ReLU

a1 = g(W1 @ a0)
z2 = W2 @ a1
print("input    ", a0)
print("plain    ", g(z2))
print("residual ", g(z2 + a0))
