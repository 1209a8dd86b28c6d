import numpy as np

for share in (0.9, 1.0, 1.1):
    print(f"λ = {share}: after 50 blocks {share**50:.3g} of the input is left on the shortcut")

random = np.random.default_rng(0)
x = random.standard_normal(64)
before = x.var()
for _ in range(50):  # λ = 1, α = 1/√50
    x = x + random.standard_normal((64, 64)) / 8 @ np.maximum(x, 0) / np.sqrt(50)
print(f"with λ = 1 and α = 1/√50 the variance grows {x.var() / before:.2f} times")
