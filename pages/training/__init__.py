"""What only the training screen needs."""
