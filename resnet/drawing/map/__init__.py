"""A net as a graph that folds: its layout, its figure, and as DOT."""
