"""What a photo of SIGNS may show: so many fingers held up."""

CLASSES = (0, 1, 2, 3, 4, 5)
CHANCE = 1 / len(CLASSES)  # how often guessing is right
