"""What only the map of a net needs."""
