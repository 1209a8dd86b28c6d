import matplotlib.pyplot as plt
import numpy as np

places = np.linspace(-2, 2, 256)
for shortcut in (False, True):
    random = np.random.default_rng(0)
    first = random.standard_normal(128)
    x = places[:, None] * first + random.standard_normal(128)
    past, through = (1, 0.1) if shortcut else (0, 1)
    layers = []
    for _ in range(24):
        w = random.standard_normal((128, 128)) * np.sqrt(2 / 128)
        layers.append((w, x > 0))
        x = past * x + through * (np.maximum(x, 0) @ w.T + 0.1 * random.standard_normal(128))
    back = np.broadcast_to(random.standard_normal(128), x.shape)
    for w, slope in layers[::-1]:
        back = past * back + through * slope * (back @ w)
    gradient = back @ first
    plt.plot(places, gradient / abs(gradient).max(), label="residual" if shortcut else "plain")
plt.xlabel("input")
plt.ylabel("gradient")
plt.legend()
plt.show()
