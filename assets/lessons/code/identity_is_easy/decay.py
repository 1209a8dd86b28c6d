import matplotlib.pyplot as plt
import numpy as np

random = np.random.default_rng(0)
x = np.abs(random.standard_normal(64))
W = random.standard_normal((64, 64)) * np.sqrt(2 / 64)
shrinking = 0.98 ** np.arange(301)  # two percent less at each step
for shortcut, name in ((0, "plain"), (1, "residual")):
    outputs = np.maximum(shortcut * x + shrinking[:, None] * (W @ x), 0)
    plt.plot(np.linalg.norm(outputs - x, axis=1) / np.linalg.norm(x), label=name)
plt.xlabel("step")
plt.ylabel("distance from the input")
plt.legend()
plt.show()
