"""The networks: one block function, and every net built from it."""
