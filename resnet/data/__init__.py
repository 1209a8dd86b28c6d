"""SIGNS, the synthetic hands that stand in for it, and photos of any kind."""
