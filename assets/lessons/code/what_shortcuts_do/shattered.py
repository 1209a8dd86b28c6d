import matplotlib.pyplot as plt
import numpy as np

places = np.linspace(-2, 2, 256)
# x <- past * x + through * (W relu(x) + b): plain, with whole branches, with small ones
for name, past, through in (("plain", 0, 1), ("β = 1", 1, 1), ("β = 0.1", 1, 0.1)):
    random = np.random.default_rng(0)
    first = random.standard_normal(100)
    x = places[:, None] * first + random.standard_normal(100)
    layers = []
    for _ in range(50):
        w = random.standard_normal((100, 100)) * np.sqrt(2 / 100)
        layers.append((w, x > 0))
        x = past * x + through * (np.maximum(x, 0) @ w.T + 0.1 * random.standard_normal(100))
    back = np.broadcast_to(random.standard_normal(100), x.shape)
    for w, slope in layers[::-1]:
        back = past * back + through * slope * (back @ w)
    gradient = back @ first
    plt.plot(places, gradient / abs(gradient).max(), label=name)
plt.xlabel("input")
plt.ylabel("gradient")
plt.legend()
plt.show()
