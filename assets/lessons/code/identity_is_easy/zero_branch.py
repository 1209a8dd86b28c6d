import numpy as np

random = np.random.default_rng(0)
x = random.uniform(0.2, 2, 8)
W1, W2 = (random.normal(0, np.sqrt(2 / 8), (8, 8)) for _ in range(2))
for scale in (0, 0.1, 0.3, 1):
    branch = scale * W2 @ np.maximum(scale * W1 @ x, 0)
    for name, y in (("plain", np.maximum(branch, 0)), ("residual", np.maximum(branch + x, 0))):
        print(scale, name, f"{np.linalg.norm(y - x) / np.linalg.norm(x):.0%} away from its input")
