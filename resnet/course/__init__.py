"""The lessons, their notebooks and exercises, and the literature they quote."""
