import numpy as np

x = (np.arange(720) + 0.5) / 720
step = (x > 0.5).astype(float)
for pieces in range(1, 9):
    piece = (pieces * x).astype(int)  # of equal width
    fit = np.array([step[piece == p].mean() for p in range(pieces)])[piece]
    print("pieces", pieces, "error", np.sqrt(np.mean((step - fit) ** 2)).round(3))
