import matplotlib.pyplot as plt
import numpy as np


def gradient_norms(depth, scale, shortcut, width=64, seed=0):
    random = np.random.default_rng(seed)
    weights = random.standard_normal((depth, width, width)) * scale / np.sqrt(width)
    x, masks = random.standard_normal(width), []
    for w in weights:  # forwards: x <- W relu(x), or x + W relu(x)
        masks.append(x > 0)
        x = shortcut * x + w @ np.maximum(x, 0)
    gradient = random.standard_normal(width)
    norms = [np.linalg.norm(gradient)]
    for w, mask in zip(weights[::-1], masks[::-1]):  # backwards: one matrix a layer
        gradient = shortcut * gradient + mask * (w.T @ gradient)
        norms.append(np.linalg.norm(gradient))
    return np.array(norms[::-1]) / norms[0]


for shortcut, name in ((0, "plain"), (1, "residual")):
    plt.semilogy(gradient_norms(depth=50, scale=1.0, shortcut=shortcut), label=name)
plt.xlabel("layer, input to output")
plt.ylabel("gradient norm")
plt.legend()
plt.show()
