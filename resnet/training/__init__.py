"""One training run: its spec, its recipe, its callbacks."""
