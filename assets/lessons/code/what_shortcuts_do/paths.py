from math import comb

import matplotlib.pyplot as plt
import numpy as np

blocks, shrink = 27, 0.28  # each branch leaves so much of a gradient's length
lengths = np.arange(blocks + 1)
counts = np.array([comb(blocks, length) for length in lengths], float)
carried = counts * shrink**lengths
plt.plot(lengths, counts / counts.sum(), label="share of the paths")
plt.plot(lengths, carried / carried.sum(), label="share of the gradient")
plt.xlabel("branches on the path")
plt.legend()
plt.show()
