import numpy as np

photo = np.random.default_rng(0).random((64, 64, 3))  # any photo
weights = np.random.default_rng(1).normal(0, 1, (4, 3)).round(1)
mixed = photo @ weights.T  # the same weights at every pixel: a 1×1 convolution
print(photo.shape, "->", mixed.shape)
print("one pixel:", photo[32, 32].round(2), "->", mixed[32, 32].round(2))
